using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.CumulativeSum;

namespace EdgeInfer.Converter.Operators;

/// <summary>Sums of the elements up to each one along a dimension, int8.</summary>
/// <param name="input">Input.</param>
/// <param name="axis">The dimension.</param>
/// <param name="exclusive">True where a sum ends before its element.</param>
/// <param name="reverse">True to begin with the last element.</param>
/// <param name="output">Output.</param>
public sealed class CumulativeSum(GraphTensor input, int axis, bool exclusive, bool reverse, GraphTensor output) : Operator([input], [output])
{
    /// <summary>The dimension.</summary>
    public int Axis { get; } = axis;

    /// <summary>True where a sum ends before its element.</summary>
    public bool Exclusive { get; } = exclusive;

    /// <summary>True to begin with the last element.</summary>
    public bool Reverse { get; } = reverse;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!Int8Operands.Check(this, problems) || !DataMovement.CheckAxis(this, Axis, Input.Shape.Length, problems)) return;
        problems.Demand(Input.Count > 0, this, "its input is empty");
        problems.Demand(
            Output.Shape.SequenceEqual(Input.Shape),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}]");
        problems.Demand(Input.Shape[Axis] <= Layout.MaximumDepth, this, $"its sums have {Input.Shape[Axis]} elements, supported are {Layout.MaximumDepth}");
        SumFactor.Check(this, problems);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int step = Input.Shape.Skip(Axis + 1).Aggregate(1, (a, b) => a * b);
        PackedRecord record = packer.Add(OperatorCode.CumulativeSum, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Depth] = Input.Shape[Axis];
        record[Layout.Step] = step;
        record[Layout.Reverse] = Reverse ? 1 : 0;
        record[Layout.Exclusive] = Exclusive ? 1 : 0;
        record[Layout.ZeroPoint] = Input.Quantization!.ZeroPoint;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.Multiplier], record[Layout.Shift]) = SumFactor.Fields(this);
        record.SetUnits(Input.Count / (Input.Shape[Axis] * step), Input.Count);
        record.AllowInPlace(Layout.Input);
    }
}
