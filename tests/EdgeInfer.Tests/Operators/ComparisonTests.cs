using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Pairwise;
using WideLayout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Tests.Operators;

public class ComparisonTests
{
    private static readonly Dictionary<string, (Relation Relation, Func<int, bool> Holds)> Relations = new()
    {
        ["="] = (Relation.Equal, sign => sign == 0),
        ["!="] = (Relation.NotEqual, sign => sign != 0),
        ["<"] = (Relation.Less, sign => sign < 0),
        ["<="] = (Relation.LessEqual, sign => sign <= 0),
        [">"] = (Relation.Greater, sign => sign > 0),
        [">="] = (Relation.GreaterEqual, sign => sign >= 0),
    };

    public static TheoryData<string> Signs => [.. Relations.Keys];

    [Fact]
    public void A_literal_example()
    {
        // 1 is 0.5 of the one, 3 of the other, whose scale is a sixth.
        GraphTensor a = Operands.Activation("a", [3], 0.5f, 0), b = Operands.Activation("b", [3], 1f / 6, 0);
        Assert.Equal([0, 0, 1], GraphRunner.For(new Comparison(a, b, Truth([3]), Relation.Less)).Run([1, 1, 1], [2, 3, 4]));
        Assert.Equal([0, 1, 0], GraphRunner.For(new Comparison(a, b, Truth([3]), Relation.Equal)).Run([1, 1, 1], [2, 3, 4]));
    }

    [Fact]
    public void Numbers_that_differ_by_less_than_the_rounding_are_equal()
    {
        GraphTensor a = Operands.Activation("a", [2], 1e-4f, 0), b = Operands.Activation("b", [2], 1e-4f, 0);
        Assert.Equal([1, 0], GraphRunner.For(new Comparison(a, b, Truth([2]), Relation.Equal)).Run([1, -100], [2, 100]));
    }

    [Theory]
    [MemberData(nameof(Signs))]
    public void Agrees_with_the_definition(string sign) =>
        PairCase.CheckProperty(
            (a, b, output, _) => new Comparison(Small(a), Small(b), Truth(output.Shape), Relations[sign].Relation),
            (n, a, b) =>
            {
                (int multiplier1, int exponent1) = GemmlowpOracle.Quantize((double)(n.Scale1 / 8));
                (int multiplier2, int exponent2) = GemmlowpOracle.Quantize((double)(n.Scale2 / 8));
                int order = GemmlowpOracle.Requantize((a - n.ZeroPoints.First) * 256, multiplier1, exponent1)
                    .CompareTo(GemmlowpOracle.Requantize((b - n.ZeroPoints.Second) * 256, multiplier2, exponent2));
                return Relations[sign].Holds(order) ? 1 : 0;
            });

    [Fact]
    public void A_literal_example_of_16_bits()
    {
        // 1000 is 250 of the one, 750 of the other, whose scale is a third of that.
        GraphTensor a = Operands.Wide("a", [3], 0.25f), b = Operands.Wide("b", [3], 1f / 12);
        Assert.Equal([0, 1, 0], GraphRunner.For(new Comparison(a, b, Truth([3]), Relation.Equal)).Run([1000, 1000, -1000], [2999, 3000, 3000]));
        Assert.Equal([1, 0, 0], GraphRunner.For(new Comparison(a, b, Truth([3]), Relation.Greater)).Run([1000, 1000, -32768], [2999, 3000, 32767]));
        GraphTensor c = Operands.Wide("c", [3], 1e-6f), d = Operands.Wide("d", [3], 1e-6f);
        Assert.Equal([1, 0, 0], GraphRunner.For(new Comparison(c, d, Truth([3]), Relation.Less)).Run([-2, 5, 32767], [-1, 5, -32768]));
    }

    [Theory]
    [MemberData(nameof(Signs))]
    public void Agrees_with_the_definition_of_16_bits(string sign) =>
        PairCase.CheckProperty(
            (a, b, output, _) => new Comparison(a, Scales(sign) ? b : Operands.Requantized(b, a.Quantization!.Scale, 0), Truth(output.Shape), Relations[sign].Relation),
            (n, a, b) =>
            {
                if (!Scales(sign)) return Relations[sign].Holds(a.CompareTo(b)) ? 1 : 0;
                (int multiplier1, int exponent1) = GemmlowpOracle.Quantize(n.Scale1);
                (int multiplier2, int exponent2) = GemmlowpOracle.Quantize(n.Scale2);
                int order = GemmlowpOracle.Requantize(a * 256, multiplier1, exponent1).CompareTo(GemmlowpOracle.Requantize(b * 256, multiplier2, exponent2));
                return Relations[sign].Holds(order) ? 1 : 0;
            },
            wide: true);

    [Fact]
    public void Truth_values_are_equal_or_not()
    {
        GraphTensor a = new("a", ElementType.Bool, [2, 2]), b = new("b", ElementType.Bool, [2]);
        Assert.Equal([1, 0, 0, 1], GraphRunner.For(new Comparison(a, b, Truth([2, 2]), Relation.Equal)).Run([0, 0, 1, 1], [0, 1]));
        Assert.Equal([0, 1, 1, 0], GraphRunner.For(new Comparison(a, b, Truth([2, 2]), Relation.NotEqual)).Run([0, 0, 1, 1], [0, 1]));
        Refusal.Demand("truth values have no order", new Comparison(a, b, Truth([2, 2]), Relation.Less));
        Refusal.Demand("input 1 'b' is Int8", new Comparison(a, Operands.Activation("b", [2], 1, 0), Truth([2, 2]), Relation.Equal));
    }

    [Fact]
    public void Refuses_what_does_not_fit_of_16_bits()
    {
        GraphTensor a = Operands.Wide("a", [2], 0.5f), b = Operands.Wide("b", [2], 0.25f);
        Refusal.Demand("not below 1", new Comparison(a, Operands.Wide("b", [2], 1), Truth([2]), Relation.Greater));
        Refusal.Demand("have different scales", new Comparison(a, b, Truth([2]), Relation.Less));
        Refusal.Demand("zero point other than 0", new Comparison(a, Operands.Requantized(b, 0.5f, 1), Truth([2]), Relation.Equal));
        Refusal.Demand("input 1 'b' is Int8", new Comparison(a, Operands.Activation("b", [2], 0.5f, 0), Truth([2]), Relation.Equal));
        Operator good = new Comparison(a, b, Truth([2]), Relation.Equal);
        RecordRefusal.Demand("output", good, WideLayout.Function, WideLayout.Larger);
        RecordRefusal.Demand("function", good, WideLayout.Function, WideLayout.Order + 1);
        RecordRefusal.Demand("shift", good, WideLayout.Shift1, 30);
        RecordRefusal.Demand("multiplier", good, WideLayout.Multiplier2, -1);
        RecordRefusal.Demand("sign", good, WideLayout.Sign, -1);
        RecordRefusal.Demand("activation min", good, WideLayout.ActivationMin, -1);
        RecordRefusal.Demand("activation max", good, WideLayout.ActivationMax, 2);
        RecordRefusal.Demand("second input", good, Broadcast.Strides2 + 4, 2);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Activation("a", [2], 0.5f, 0), b = Operands.Activation("b", [2], 0.5f, 0);
        Refusal.Demand("not below 1", new Comparison(a, Operands.Activation("b", [2], 1, 0), Truth([2]), Relation.Less));
        Refusal.Demand("output 'output' is Int8, supported is Bool", new Comparison(a, b, Operands.Activation("output", [2], 1, 0), Relation.Less));
        Refusal.Demand("cannot be broadcast", new Comparison(a, b, Truth([3]), Relation.Less));
        Operator good = new Comparison(a, b, Truth([2]), Relation.Less);
        RecordRefusal.Demand("first table", good, Layout.Table1, 1 << 20);
        RecordRefusal.Demand("second table", good, Layout.Table2, -1);
        RecordRefusal.Demand("same", good, Layout.Same, -1);
        RecordRefusal.Demand("above", good, Layout.Above, 2);
    }

    /// <summary>Whether the reference compares what 16-bit numbers stand for.</summary>
    private static bool Scales(string sign) => sign is "=" or "!=" or ">";

    private static GraphTensor Small(GraphTensor tensor) => Operands.Requantized(tensor, tensor.Quantization!.Scale / 8, tensor.Quantization.ZeroPoint);

    private static GraphTensor Truth(int[] shape) => new("output", ElementType.Bool, shape);
}
