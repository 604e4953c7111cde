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

/// <summary>A comparison of two int8 tensors, either of which may be broadcast; the output holds truth values.</summary>
/// <param name="input1">First operand.</param>
/// <param name="input2">Second operand.</param>
/// <param name="output">Output, bool.</param>
/// <param name="relation">The comparison.</param>
/// <remarks>
/// ComparisonWithScaling of TensorFlow Lite (kernels/internal/reference/comparisons.h): both numbers are raised by 8 bits and multiplied by
/// their scale, with rounding, so that close numbers can be equal. The tables hold ranks of those products: only their order matters.
/// </remarks>
public sealed class Comparison(GraphTensor input1, GraphTensor input2, GraphTensor output, Relation relation) : Operator([input1, input2], [output])
{
    private const int LeftShift = 8;

    /// <inheritdoc/>
    public override string Name => Relation.Name;

    /// <summary>The comparison.</summary>
    public Relation Relation { get; } = relation;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Check(this, problems, ElementType.Bool);
            return;
        }

        if (!(Int8Operands.CheckInputs(this, problems) & problems.DemandType(this, "output", Output, ElementType.Bool) & ElementwisePair.CheckShapes(this, problems))) return;
        foreach (GraphTensor? input in Inputs)
        {
            problems.Demand(
                (double)input!.Quantization!.Scale < 1 && QuantizedMultiplier.FromReal(input.Quantization.Scale).Exponent <= 0,
                this,
                $"the scale {input.Quantization.Scale} of '{input.Name}' is not below 1, which the reference demands",
                "Calibrate the model with representative data");
        }
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Pack(packer, this, Relation);
            return;
        }

        long[] first = Scaled(Input), second = Scaled(Inputs[1]!);
        long[] ranks = [.. first.Concat(second).Distinct().Order()];
        PackedRecord record = PairFunction.Pack(packer, this, Layout.Order);
        PairFunction.SetTable(record, Layout.Table1, value => Array.BinarySearch(ranks, first[value - sbyte.MinValue]));
        PairFunction.SetTable(record, Layout.Table2, value => Array.BinarySearch(ranks, second[value - sbyte.MinValue]));
        record[Layout.Below] = Relation.Below ? 1 : 0;
        record[Layout.Same] = Relation.Same ? 1 : 0;
        record[Layout.Above] = Relation.Above ? 1 : 0;
    }

    private static long[] Scaled(GraphTensor input)
    {
        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(input.Quantization!.Scale);
        return [.. Enumerable.Range(sbyte.MinValue, Layout.TableLength).Select(value => factor.Apply((value - input.Quantization.ZeroPoint) << LeftShift))];
    }
}
