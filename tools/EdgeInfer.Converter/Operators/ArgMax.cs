using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.ArgMax;

namespace EdgeInfer.Converter.Operators;

/// <summary>Index of the largest or smallest element along a dimension, int8 to int32; of several the first.</summary>
/// <param name="input">Input.</param>
/// <param name="axis">The dimension, which the output has with one element or not at all.</param>
/// <param name="output">Output.</param>
/// <param name="largest">True for ARG_MAX, false for ARG_MIN.</param>
public sealed class ArgMax(GraphTensor input, int axis, GraphTensor output, bool largest) : Operator([input], [output])
{
    /// <summary>Elements that a unit goes through, where the shapes allow it.</summary>
    private const int LargestUnit = 2048;

    /// <inheritdoc/>
    public override string Name => Largest ? "ArgMax" : "ArgMin";

    /// <summary>The dimension.</summary>
    public int Axis { get; } = axis;

    /// <summary>True for the largest element.</summary>
    public bool Largest { get; } = largest;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        bool types = Int8Operands.CheckInputs(this, problems)
            & problems.Demand(
                Output.Type == ElementType.Int32,
                this,
                $"its output '{Output.Name}' is {Output.Type}, supported is Int32",
                "Export it with output_type=tf.int32",
                ErrorCode.ElementType);
        if (!types || !DataMovement.CheckAxis(this, Axis, Input.Shape.Length, problems)) return;
        problems.Demand(Input.Count > 0, this, "its input is empty");
        bool shape = Output.Shape.SequenceEqual(Input.Shape.Where((_, d) => d != Axis)) || Output.Shape.SequenceEqual(Input.Shape.Select((n, d) => d == Axis ? 1 : n));
        problems.Demand(shape, this, $"the output shape [{string.Join(',', Output.Shape)}] does not follow from [{string.Join(',', Input.Shape)}] along dimension {Axis}");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int step = Input.Shape.Skip(Axis + 1).Aggregate(1, (a, b) => a * b);
        int length = Input.Shape[Axis];
        List<Dimension> rows = [new(Input.Count / (length * step))];
        Dimension.Split(rows, 0, Math.Max(1, LargestUnit / (length * step)), 1);

        PackedRecord record = packer.Add(OperatorCode.ArgMax, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record[Layout.Rows] = rows[^1].Length;
        record[Layout.Length] = length;
        record[Layout.Step] = step;
        record[Layout.Mask] = Largest ? 0 : -1;
        record.SetUnits(rows.Count > 1 ? rows[0].Length : 1, Input.Count);
    }
}
