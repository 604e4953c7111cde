using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class NoOperationRemovalTests
{
    /// <summary>Operators that change nothing, with the shape of their output for an input of [1, 2, 3, 4].</summary>
    public static TheoryData<string> Nothings => ["Reshape", "Pad", "Slice", "Concatenation", "Split", "Quantize", "Relu", "Transpose"];

    [Theory]
    [MemberData(nameof(Nothings))]
    public void An_operator_that_changes_nothing_goes(string name)
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Lowest("in"), same = Lowest("same"), result = Lowest("result");
                Operator nothing = name switch
                {
                    "Reshape" => new Reshape(input, same),
                    "Pad" => new Pad(input, [0, 0, 0, 0], [0, 0, 0, 0], same),
                    "Slice" => new Slice(input, [0, 0, 0, 0], [1, 2, 3, 4], [-1, 1, 1, 1], same),
                    "Concatenation" => new Concatenation([input], 2, same, FusedActivation.None),
                    "Split" => new Split(input, 2, [same]),
                    "Quantize" => new Quantize(input, same),
                    "Relu" => new Relu(input, same, FusedActivation.Relu),
                    _ => new Transpose(input, [0, 1, 2, 3], same),
                };
                return Graph([input], [result], nothing, new Mul(same, same, result, FusedActivation.None));
            },
            g => Assert.True(NoOperationRemoval.Run(g)));

        Mul mul = Assert.IsType<Mul>(Assert.Single(graph.Operators));
        Assert.Equal("in", mul.Input.Name);
        Assert.Equal("in", mul.Inputs[1]!.Name);
    }

    [Fact]
    public void Moving_dimensions_of_one_element_is_a_reshape()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 2, 1, 3), output = Tensor("out", 1, 2, 3);
                return Graph([input], [output], new Transpose(input, [1, 0, 2], output));
            },
            g => Assert.True(NoOperationRemoval.Run(g)));

        Assert.IsType<Reshape>(Assert.Single(graph.Operators));
    }

    [Fact]
    public void What_changes_something_stays()
    {
        GraphTensor input = Tensor("in", 2, 3);
        GraphTensor[] results = [.. Enumerable.Range(0, 4).Select(i => Tensor($"out {i}", 2, 3))];
        GraphTensor turned = Tensor("turned", 3, 2), scaled = new("scaled", ElementType.Int8, [2, 3]) { Quantization = new Quantization(0.06f, -3) };
        ModelGraph graph = Graph(
            [input],
            [.. results, turned, scaled],
            new Transpose(input, [1, 0], turned),
            new Slice(input, [1, 0], [2, 3], [-1, 1], results[0]),
            new Quantize(input, scaled),
            new Relu(input, results[1], FusedActivation.Relu),
            new Relu(input, results[2], FusedActivation.Relu6));

        Assert.False(NoOperationRemoval.Run(graph));
        Assert.Equal(5, graph.Operators.Count);
    }

    /// <summary>Zero point -128: nothing is below the real number 0.</summary>
    private static GraphTensor Lowest(string name) => new(name, ElementType.Int8, [1, 2, 3, 4]) { Quantization = new Quantization(0.05f, -128) };
}
