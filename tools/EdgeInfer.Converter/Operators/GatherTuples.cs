using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.GatherRows;

namespace EdgeInfer.Converter.Operators;

/// <summary>Slices of a tensor that computed tuples of indexes into its first dimensions ask for.</summary>
/// <param name="input">Input; an int8 constant stays in the blob.</param>
/// <param name="indexes">The tuples, int32, along the last dimension.</param>
/// <param name="output">Output: the dimensions of the indexes before the last, those of the input behind the ones that are indexed.</param>
/// <remarks>
/// GatherNd of tflite-micro (micro/kernels/gather_nd.cc) adds up what the indexes of a tuple count, and looks whether that is in range, not whether each
/// index is; so does the kernel, but takes the nearest slice where it is not.
/// </remarks>
public sealed class GatherTuples(GraphTensor input, GraphTensor indexes, GraphTensor output) : Operator([input, indexes], [output])
{
    /// <summary>As many as tflite-micro takes.</summary>
    private const int LongestTuple = 5;

    private GraphTensor Indexes => Inputs[1]!;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!ComputedIndexes.Check(this, Indexes, problems)) return;
        int[] x = Input.Shape;
        int length = Indexes.Shape is [.., var last] ? last : 0;
        if (!problems.Demand(
            length >= 1 && length <= Math.Min(x.Length, LongestTuple),
            this,
            $"tuples of {length} indexes do not fit a tensor of {x.Length} dimensions, or are longer than {LongestTuple}")) return;
        int[] expected = [.. Indexes.Shape[..^1], .. x[length..]];
        problems.Demand(
            Output.Shape.SequenceEqual(expected),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', x)}] and indexes [{string.Join(',', Indexes.Shape)}]");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int depth = Indexes.Shape[^1];
        int[] indexed = Input.Shape[..depth];
        PackedRecord record = ComputedIndexes.Pack(packer, this, Indexes, Dimension.DenseStrides(indexed));
        record[Layout.Batches] = 1;
        record[Layout.Outer] = 1;
        record[Layout.Length] = indexed.Aggregate(1, (a, b) => a * b);
        record[Layout.Count] = Indexes.Count / depth;
        record[Layout.Inner] = Input.Count / record[Layout.Length];
        record.SetUnits(1, Output.Count);
    }
}
