using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Pairwise;

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

    private static GraphTensor Small(GraphTensor tensor) => Operands.Requantized(tensor, tensor.Quantization!.Scale / 8, tensor.Quantization.ZeroPoint);

    private static GraphTensor Truth(int[] shape) => new("output", ElementType.Bool, shape);
}
