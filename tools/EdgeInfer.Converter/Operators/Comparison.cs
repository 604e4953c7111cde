using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.Converter.Operators;

/// <summary>Which orders of two numbers a comparison is true for.</summary>
/// <param name="Name">Name of the operator.</param>
/// <param name="Below">True where the first is less.</param>
/// <param name="Same">True where they are equal.</param>
/// <param name="Above">True where the first is greater.</param>
public sealed record Relation(string Name, bool Below, bool Same, bool Above)
{
    /// <summary>a = b.</summary>
    public static Relation Equal { get; } = new("Equal", false, true, false);

    /// <summary>a is not b.</summary>
    public static Relation NotEqual { get; } = new("NotEqual", true, false, true);

    /// <summary>a &lt; b.</summary>
    public static Relation Less { get; } = new("Less", true, false, false);

    /// <summary>a &lt;= b.</summary>
    public static Relation LessEqual { get; } = new("LessEqual", true, true, false);

    /// <summary>a > b.</summary>
    public static Relation Greater { get; } = new("Greater", false, false, true);

    /// <summary>a >= b.</summary>
    public static Relation GreaterEqual { get; } = new("GreaterEqual", false, true, true);
}

/// <summary>
/// A comparison of two int8, int16, int32 or bool tensors, either of which may be broadcast; the output holds truth values.
/// Truth values can only be equal or not.
/// </summary>
/// <param name="input1">First operand.</param>
/// <param name="input2">Second operand.</param>
/// <param name="output">Output, bool.</param>
/// <param name="relation">The comparison.</param>
/// <remarks>
/// ComparisonWithScaling of TensorFlow Lite (kernels/internal/reference/comparisons.h): both numbers are raised by 8 bits and multiplied by
/// their scale, with rounding, so that close numbers can be equal. The tables of int8 hold ranks of those products: only their order matters.
/// tflite-micro has int16 for GREATER alone. TensorFlow Lite scales EQUAL and NOT_EQUAL, too, and takes the numbers of the other three as they are,
/// which is right where both operands share a scale.
/// </remarks>
public sealed class Comparison(GraphTensor input1, GraphTensor input2, GraphTensor output, Relation relation) : Operator([input1, input2], [output])
{
    private const int LeftShift = 8;

    /// <summary>Keeps apart what differs by 1, whatever it is.</summary>
    private static readonly QuantizedMultiplier _half = QuantizedMultiplier.FromReal(0.5);

    /// <inheritdoc/>
    public override string Name => Relation.Name;

    /// <summary>The comparison.</summary>
    public Relation Relation { get; } = relation;

    /// <summary>Whether the reference compares numbers of 16 bits as they are, rather than what they stand for.</summary>
    private bool TakesNumbers => Relation == Relation.Less || Relation == Relation.LessEqual || Relation == Relation.GreaterEqual;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Check(this, problems, ElementType.Bool);
            return;
        }

        bool types = CheckInput("input 0", Input, problems) & CheckInput("input 1", Inputs[1]!, problems);
        if (!(types & problems.DemandType(this, "output", Output, ElementType.Bool) & ElementwisePair.CheckShapes(this, problems))) return;
        if (Input.Type == ElementType.Bool)
        {
            problems.Demand(Relation.Below == Relation.Above, this, "truth values have no order; supported are Equal and NotEqual", code: ErrorCode.ElementType);
            return;
        }

        if (Int16Operands.AreOf(this) && TakesNumbers)
        {
            problems.Demand(
                Input.Quantization!.IsSameAs(Inputs[1]!.Quantization),
                this,
                $"'{Input.Name}' and '{Inputs[1]!.Name}' of 16 bits have different scales, which the reference does not look at here",
                "Exchange the operands and use Greater, which does, or quantize both with one scale",
                ErrorCode.Quantization);
            return;
        }

        foreach (GraphTensor? input in Inputs)
        {
            problems.Demand(
                (double)input!.Quantization!.Scale < 1 && Factor(input).Exponent <= 0,
                this,
                $"the scale {input.Quantization.Scale} of '{input.Name}' is not below 1, which the reference demands",
                "Calibrate the model with representative data");
        }
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int32Pair.AreOf(this)) Int32Pair.Pack(packer, this, Relation);
        else if (Int16Operands.AreOf(this)) Int16Pair.Pack(packer, this, Relation, TakesNumbers ? _half : Factor(Input), TakesNumbers ? _half : Factor(Inputs[1]!));
        else PackRanks(packer);
    }

    private void PackRanks(Packer packer)
    {
        long[] first = Values(Input), second = Values(Inputs[1]!);
        long[] ranks = [.. first.Concat(second).Distinct().Order()];
        PackedRecord record = PairFunction.Pack(packer, this, Layout.Order);
        PairFunction.SetTable(record, Layout.Table1, value => Array.BinarySearch(ranks, first[value - sbyte.MinValue]));
        PairFunction.SetTable(record, Layout.Table2, value => Array.BinarySearch(ranks, second[value - sbyte.MinValue]));
        record[Layout.Below] = Relation.Below ? 1 : 0;
        record[Layout.Same] = Relation.Same ? 1 : 0;
        record[Layout.Above] = Relation.Above ? 1 : 0;
    }

    private bool CheckInput(string role, GraphTensor input, ProblemList problems) => Input.Type switch
    {
        ElementType.Int16 => Int16Operands.Check(this, role, input, problems),
        ElementType.Bool => problems.DemandType(this, role, input, ElementType.Bool),
        _ => Int8Operands.Check(this, role, input, problems),
    };

    private static QuantizedMultiplier Factor(GraphTensor input) => QuantizedMultiplier.FromReal(input.Quantization!.Scale);

    /// <summary>What the numbers of an operand are compared by: what they stand for, or whether they are true.</summary>
    private static long[] Values(GraphTensor input) =>
        [.. Enumerable.Range(sbyte.MinValue, Layout.TableLength).Select(value => input.Type == ElementType.Bool ? Math.Sign(Math.Abs(value)) : Factor(input).Apply((value - input.Quantization!.ZeroPoint) << LeftShift))];
}
