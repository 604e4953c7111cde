using System.Buffers.Binary;
using EdgeInfer.Compiler.Layers;

namespace EdgeInfer.Compiler.Code;

/// <summary>A layer as C#: methods that each compute some of its output channels.</summary>
internal sealed class LayerCode
{
    /// <summary>Bytes of IL that a method should stay below, so that two fill an assembly of 64 KB.</summary>
    private const int MethodBytes = 28_000;

    /// <summary>Bytes of IL that leave no doubt that a method fits an assembly.</summary>
    private const int LargestMethodBytes = 50_000;

    private LayerCode(MatrixLayer layer, IReadOnlyList<string> methods, CodeEstimate estimate)
    {
        Layer = layer;
        Methods = methods;
        Estimate = estimate;
        Checksum = ChecksumOf(layer);
    }

    /// <summary>The layer.</summary>
    public MatrixLayer Layer { get; }

    /// <summary>The methods as C#, each with the name Run and the parameters o, p, x: first output, first tap, the array of both.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>What all methods together are expected to cost at one position.</summary>
    public CodeEstimate Estimate { get; }

    /// <summary>Checksum of everything that the code is made from.</summary>
    public int Checksum { get; }

    /// <summary>Writes the code of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>The code; null where a few filters alone are too much for a method.</returns>
    public static LayerCode? Write(MatrixLayer layer)
    {
        bool[] isConstant = [.. layer.Channels.Select(c => Requantization.Of(c, layer).ConstantOutput is not null)];
        int[] filters = [.. Enumerable.Range(0, layer.Channels.Length).Where(f => !isConstant[f])];
        int[] constants = [.. Enumerable.Range(0, layer.Channels.Length).Where(f => isConstant[f])];
        IReadOnlyList<FilterGroup> groups = Enumerable.Range(2, LaneLayout.MostLanes - 1)
            .Select(lanes => FilterGroup.Divide(layer, filters, lanes))
            .OfType<IReadOnlyList<FilterGroup>>()
            .MinBy(g => g.Sum(group => MethodWriter.Estimate(group).Cost))!;

        if (groups.Any(group => MethodWriter.Estimate(group).Bytes + (UsedTaps([group]) * CodeEstimate.Element.Bytes) > LargestMethodBytes)) return null;

        List<string> methods = [];
        CodeEstimate estimate = default;
        foreach (IReadOnlyList<FilterGroup> part in Divide(groups))
        {
            methods.Add(MethodWriter.Write(layer, part, methods.Count == 0 ? constants : []));
            estimate += CodeEstimate.Call + (UsedTaps(part) * CodeEstimate.Load);
            foreach (FilterGroup group in part) estimate += MethodWriter.Estimate(group);
        }

        return new LayerCode(layer, methods, estimate);
    }

    private static int UsedTaps(IEnumerable<FilterGroup> groups) => groups.SelectMany(g => g.Chunks).SelectMany(taps => taps).Distinct().Count();

    /// <summary>Parts that are small enough for a method; one at least.</summary>
    private static List<List<FilterGroup>> Divide(IReadOnlyList<FilterGroup> groups)
    {
        List<List<FilterGroup>> parts = [[]];
        int bytes = 0, sums = 0;
        foreach (FilterGroup group in groups)
        {
            int more = MethodWriter.Estimate(group).Bytes;
            if (parts[^1].Count > 0 && (bytes + more > MethodBytes || sums + group.Chunks.Count > MethodWriter.MostSums))
            {
                parts.Add([]);
                bytes = sums = 0;
            }

            parts[^1].Add(group);
            bytes += more;
            sums += group.Chunks.Count;
        }

        return parts;
    }

    private static int ChecksumOf(MatrixLayer layer)
    {
        Crc32 crc = new();
        void Append(long value)
        {
            byte[] bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            crc.Append(bytes, 0, bytes.Length);
        }

        foreach (int number in (int[])[layer.Depth, layer.Channels.Length, layer.OutputZeroPoint, layer.Minimum, layer.Maximum]) Append(number);
        for (int tap = 0; tap < layer.Depth; tap++) Append(layer.OffsetOf(tap));
        foreach (OutputChannel channel in layer.Channels)
        {
            Append(channel.Bias);
            Append(channel.Multiplier);
            Append(channel.Shift);
            foreach (int weight in channel.Weights) Append(weight);
        }

        return crc.Value;
    }
}
