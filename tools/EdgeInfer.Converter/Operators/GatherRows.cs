using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.GatherRows;

namespace EdgeInfer.Converter.Operators;

/// <summary>Slices of a tensor that computed indexes ask for. An index that is out of range counts as the nearest that is not.</summary>
/// <param name="input">Input; an int8 constant stays in the blob.</param>
/// <param name="axis">The dimension that is indexed.</param>
/// <param name="batchDimensions">Leading dimensions for each of which there are indexes of their own.</param>
/// <param name="indexes">The indexes, int32.</param>
/// <param name="output">Output: the input's dimensions before the one that is indexed, those of the indexes behind the batches, the input's behind.</param>
public sealed class GatherRows(GraphTensor input, int axis, int batchDimensions, GraphTensor indexes, GraphTensor output) : Operator([input, indexes], [output])
{
    /// <summary>The dimension that is indexed.</summary>
    public int Axis { get; } = axis;

    /// <summary>Leading dimensions that are batches.</summary>
    public int BatchDimensions { get; } = batchDimensions;

    private GraphTensor Indexes => Inputs[1]!;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!ComputedIndexes.Check(this, Indexes, problems)) return;
        int[] x = Input.Shape;
        if (!DataMovement.CheckAxis(this, Axis, x.Length, problems)) return;
        bool batches = BatchDimensions >= 0 && BatchDimensions <= Axis && BatchDimensions <= Indexes.Shape.Length
            && x.Take(BatchDimensions).SequenceEqual(Indexes.Shape.Take(BatchDimensions));
        if (!problems.Demand(batches, this, $"{BatchDimensions} batch dimensions do not fit input [{string.Join(',', x)}], indexes [{string.Join(',', Indexes.Shape)}] and dimension {Axis}")) return;
        int[] expected = [.. x[..Axis], .. Indexes.Shape[BatchDimensions..], .. x[(Axis + 1)..]];
        problems.Demand(
            Output.Shape.SequenceEqual(expected),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', x)}] and indexes [{string.Join(',', Indexes.Shape)}]");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] x = Input.Shape;
        PackedRecord record = ComputedIndexes.Pack(packer, this, Indexes, [1]);
        record[Layout.Batches] = Product(x[..BatchDimensions]);
        record[Layout.Outer] = Product(x[BatchDimensions..Axis]);
        record[Layout.Length] = x[Axis];
        record[Layout.Count] = Product(Indexes.Shape[BatchDimensions..]);
        record[Layout.Inner] = Product(x[(Axis + 1)..]);
        record.SetUnits(record[Layout.Batches] * record[Layout.Outer], Output.Count);
    }

    private static int Product(int[] lengths) => lengths.Aggregate(1, (a, b) => a * b);
}
