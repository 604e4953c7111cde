using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.Tests.Operators;

public class ExtremumTests
{
    public static TheoryData<string> Largest => KernelCase.NamesOf("maximum");

    public static TheoryData<string> Smallest => KernelCase.NamesOf("minimum");

    [SharedTheory]
    [MemberData(nameof(Largest))]
    public void Maximum_equals_cmsis_nn(string name) => Golden(KernelCase.Load("maximum", name), largest: true);

    [SharedTheory]
    [MemberData(nameof(Smallest))]
    public void Minimum_equals_cmsis_nn(string name) => Golden(KernelCase.Load("minimum", name), largest: false);

    [Fact]
    public void Literal_examples()
    {
        GraphTensor a = Operands.Activation("a", [2, 2], 1, 0), b = Operands.Activation("b", [2], 1, 0), output = Operands.Activation("output", [2, 2], 1, 0);
        Assert.Equal([1, 5, 3, 7], GraphRunner.For(new Extremum(a, b, output, largest: true)).Run([1, 2, 3, 7], [-128, 5]));
        Assert.Equal([-128, 2, -128, 5], GraphRunner.For(new Extremum(a, b, output, largest: false)).Run([1, 2, 3, 7], [-128, 5]));
    }

    [Fact]
    public void Maximum_agrees_with_the_definition() => PairCase.CheckProperty(Make(largest: true), (_, a, b) => Math.Max(a, b));

    [Fact]
    public void Minimum_agrees_with_the_definition() => PairCase.CheckProperty(Make(largest: false), (_, a, b) => Math.Min(a, b));

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Activation("a", [2], 1, 0);
        Refusal.Demand("different scales", new Extremum(a, Operands.Activation("b", [2], 2, 0), a, true));
        Refusal.Demand("cannot be broadcast", new Extremum(a, Operands.Activation("b", [3], 1, 0), Operands.Activation("output", [3], 1, 0), false));
        Refusal.Demand("is Int16", new Extremum(a, new GraphTensor("b", ElementType.Int16, [2]) { Quantization = new Quantization(1, 0) }, Operands.Activation("output", [2], 1, 0), false));

        Operator good = new Extremum(a, Operands.Activation("b", [2], 1, 0), Operands.Activation("output", [2], 1, 0), true);
        RecordRefusal.Demand("function", good, Layout.Function, 5);
        RecordRefusal.Demand("first table", good, Layout.Table1, 0);
        RecordRefusal.Demand("first table", good, Layout.Function, Layout.Order);
        RecordRefusal.Demand("below", good, Layout.Below, 2);
    }

    private static PairMaker Make(bool largest) => (a, b, output, _) => new Extremum(Operands.Requantized(a, 1, 0), Operands.Requantized(b, 1, 0), Operands.Requantized(output, 1, 0), largest);

    private static void Golden(KernelCase golden, bool largest)
    {
        string[] dimensions = ["batch", "height", "width", "channel"];
        GraphTensor Tensor(string name, Func<string, string> key) => Operands.Activation(name, [.. dimensions.Select(d => golden[key(d)])], 1, 0);
        Extremum op = new(Tensor("a", d => d + "_1"), Tensor("b", d => d + "_2"), Tensor("output", d => "output_" + d), largest);

        Assert.Equal(golden.Integers("output"), GraphRunner.For(op).Run(golden.Integers("input1"), golden.Integers("input2")));
    }
}
