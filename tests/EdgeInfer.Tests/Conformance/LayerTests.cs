using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Tests.Conformance;

/// <summary>
/// Layer by layer: what every operator that is left after the passes writes is equal to the reference's dump of the same tensor.
/// Tensors that were fused away or became views have no memory of their own to compare.
/// </summary>
public class LayerTests
{
    public static TheoryData<string> Quantized => PublicModel.Quantized;

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Every_layer_is_equal(string name)
    {
        PublicModel model = PublicModel.Load(name);
        ConversionResult result = model.Convert();
        Dictionary<string, byte[]> dumps = ReadDumps(model);
        Interpreter interpreter = new(result.Model);
        Dictionary<int, List<GraphTensor>> due = WhatIsComplete(result);
        byte[] input = model.Vectors.First().Input;
        int compared = 0;
        PublicModel.Run(interpreter, input, () =>
        {
            bool complete = false;
            for (int record = 0; !complete; record++)
            {
                while (!complete && interpreter.NextOperator == record) complete = interpreter.Step(1);
                foreach (GraphTensor tensor in due.GetValueOrDefault(record, []))
                {
                    if (!dumps.TryGetValue(tensor.Name, out byte[]? expected)) continue;
                    Assert.True(expected.AsSpan().SequenceEqual(BytesOf(interpreter.Arena, result.Packer, tensor)), $"'{tensor.Name}' of {tensor.Type} differs");
                    compared++;
                }
            }
        });

        int outputs = result.Graph.Operators.Sum(o => o.Outputs.Length);
        Assert.True(compared * 10 >= outputs * 9, $"only {compared} of {outputs} results were compared");
    }

    /// <summary>For every record the tensors of the graph that are complete once it has run.</summary>
    private static Dictionary<int, List<GraphTensor>> WhatIsComplete(ConversionResult result)
    {
        Dictionary<int, List<GraphTensor>> due = [];
        List<PackedRecord> records = [.. result.Packer.MainProgram];
        foreach (Operator op in result.Graph.Operators)
        {
            foreach (GraphTensor output in op.Outputs)
            {
                PackedTensor packed = result.Packer.TensorFor(output);
                int last = records.FindLastIndex(r => r.Source == op && r.Output == packed);

                // An operator without records has its result where others have computed the parts.
                int position = result.Graph.Operators.IndexOf(op);
                if (last < 0) last = records.FindLastIndex(r => (r.Output.Whole ?? r.Output) == (packed.Whole ?? packed) && result.Graph.Operators.IndexOf(r.Source!) <= position);
                if (last < 0) continue;
                if (!due.TryGetValue(last, out List<GraphTensor>? tensors)) due.Add(last, tensors = []);
                tensors.Add(output);
            }
        }

        return due;
    }

    private static ReadOnlySpan<byte> BytesOf(Arena arena, Packer packer, GraphTensor tensor)
    {
        PackedTensor packed = packer.TensorFor(tensor);
        return packed.Type switch
        {
            TensorType.Int8 or TensorType.UInt8 => MemoryMarshal.AsBytes(arena.Int8.AsSpan(packed.Offset, packed.Count)),
            TensorType.Int16 => MemoryMarshal.AsBytes(arena.Int16.AsSpan(packed.Offset, packed.Count)),
            TensorType.Int32 => MemoryMarshal.AsBytes(arena.Int32.AsSpan(packed.Offset, packed.Count)),
            _ => MemoryMarshal.AsBytes(arena.Float32.AsSpan(packed.Offset, packed.Count)),
        };
    }

    /// <summary>Contents by tensor name, names that occur twice left out; a tensor without a name is called by its index.</summary>
    private static Dictionary<string, byte[]> ReadDumps(PublicModel model)
    {
        IEnumerable<string[]> lines = File.ReadLines(model.PathOf("layers", "index.txt")).Select(l => l.Split('\t')).Where(l => l.Length == 7 && l[2] != "RESOURCE");
        return lines.GroupBy(l => l[6].Length > 0 ? l[6] : "#" + l[1]["tensor=".Length..]).Where(g => g.Count() == 1)
            .ToDictionary(g => g.Key, g => File.ReadAllBytes(model.PathOf("layers", g.First()[0])));
    }
}
