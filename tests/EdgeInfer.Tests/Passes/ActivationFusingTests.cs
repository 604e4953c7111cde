using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class ActivationFusingTests
{
    public static TheoryData<string, FusedActivation> Cases
    {
        get
        {
            TheoryData<string, FusedActivation> cases = [];
            foreach (string op in new[] { "Conv2D", "DepthwiseConv2D", "FullyConnected", "Add", "Sub", "Mul", "AveragePool2D", "MaxPool2D" })
            {
                foreach (FusedActivation kind in new[] { FusedActivation.Relu, FusedActivation.Relu6, FusedActivation.ReluN1To1 }) cases.Add(op, kind);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_clamp_goes_into_the_operator_before_it(string name, FusedActivation kind)
    {
        ModelGraph graph = Run(() => Clamped(name, FusedActivation.None, kind), g => Assert.True(ActivationFusing.Run(g)));

        IFusesActivation op = Assert.IsAssignableFrom<IFusesActivation>(Assert.Single(graph.Operators));
        Assert.Equal(kind, op.Activation);
        Assert.Same(graph.Outputs[0], ((Operator)op).Output);
    }

    [Theory]
    [InlineData(FusedActivation.Relu, FusedActivation.Relu6, FusedActivation.Relu6)]
    [InlineData(FusedActivation.Relu6, FusedActivation.Relu, FusedActivation.Relu6)]
    [InlineData(FusedActivation.Relu, FusedActivation.Relu, FusedActivation.Relu)]
    public void Two_clamps_are_the_narrower_one(FusedActivation first, FusedActivation second, FusedActivation expected)
    {
        ModelGraph graph = Run(() => Clamped("Mul", first, second), g => Assert.True(ActivationFusing.Run(g)));

        Assert.Equal(expected, Assert.IsType<Mul>(Assert.Single(graph.Operators)).Activation);
    }

    [Fact]
    public void Clamps_that_no_single_one_equals_stay() =>
        Assert.False(ActivationFusing.Run(Clamped("Mul", FusedActivation.ReluN1To1, FusedActivation.Relu)));

    [Fact]
    public void A_clamp_that_also_changes_the_scale_stays()
    {
        GraphTensor input = Image("in"), between = Image("between"), result = new("result", ElementType.Int8, [1, 2, 2, 2]) { Quantization = new Quantization(0.02f, -128) };
        Assert.False(ActivationFusing.Run(Graph([input], [result], new Mul(input, input, between, FusedActivation.None), new Relu(between, result, FusedActivation.Relu))));
    }

    [Fact]
    public void A_value_that_is_also_needed_unclamped_stays()
    {
        ModelGraph graph = Clamped("Mul", FusedActivation.None, FusedActivation.Relu);
        graph.Outputs.Add(graph.Operators[0].Output);
        Assert.False(ActivationFusing.Run(graph));
    }

    private static ModelGraph Clamped(string name, FusedActivation first, FusedActivation second)
    {
        GraphTensor input = Image("in"), between = Image("between"), result = Image("result");
        Operator op = name switch
        {
            "Conv2D" => new Conv2D(input, Constant("weights", 2, 1, 1, 2), null, between, new Window2D(), first),
            "DepthwiseConv2D" => new DepthwiseConv2D(input, Constant("weights", 1, 1, 1, 2), null, between, new Window2D(), first),
            "FullyConnected" => new FullyConnected(input, Constant("weights", 2, 2), null, between, first),
            "Add" => new Add(input, input, between, first),
            "Sub" => new Sub(input, Constant("constant", 2), between, first),
            "Mul" => new Mul(input, input, between, first),
            "AveragePool2D" => new AveragePool2D(input, between, 2, 1, new Window2D(Top: 1), first),
            _ => new MaxPool2D(input, between, 2, 1, new Window2D(Top: 1), first),
        };
        return Graph([input], [result], op, new Relu(between, result, second));
    }

    /// <summary>Real values from -6.25 to 6.5: every clamp bites.</summary>
    private static GraphTensor Image(string name) => Tensor(name, 1, 2, 2, 2);
}
