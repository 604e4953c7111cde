using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class ConstantFoldingTests
{
    [Fact]
    public void A_chain_of_constants_becomes_one_constant()
    {
        GraphTensor turned = null!;
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor constant = Constant("constant", 2, 3), flat = Quantized("flat", 6), result = Tensor("result", 1, 6), input = Tensor("in", 1, 6);
                turned = Quantized("turned", 3, 2);
                return Graph(
                    [input],
                    [result],
                    new Transpose(constant, [1, 0], turned),
                    new Reshape(turned, flat),
                    new Add(input, flat, result, FusedActivation.None));
            },
            g =>
            {
                Assert.True(ConstantFolding.Run(g));
                Assert.False(ConstantFolding.Run(g));
            });

        Add add = Assert.IsType<Add>(Assert.Single(graph.Operators));
        sbyte[] source = [.. Constant("constant", 2, 3).Int8s()];
        Assert.Equal([source[0], source[3], source[1], source[4], source[2], source[5]], add.Inputs[1]!.Int8s().ToArray());
    }

    [Fact]
    public void Shapes_are_computed_with()
    {
        GraphTensor shape = Ints("shape", 2, 49, 10), first = new("first", ElementType.Int32, []), second = Ints("second", 490);
        GraphTensor list = new("list", ElementType.Int32, [2]);

        Assert.True(ConstantFolding.TryFold(new Slice(shape, [0], [1], [1], first)));
        Assert.True(ConstantFolding.TryFold(new Stack([first, new GraphTensor("scalar", ElementType.Int32, []) { Data = second.Data }], 0, list)));

        Assert.Equal([2, 490], list.Int32s().ToArray());
    }

    [Fact]
    public void What_depends_on_an_input_or_a_state_is_left_alone()
    {
        Assert.False(ConstantFolding.TryFold(new Reshape(Tensor("in", 4), Tensor("out", 2, 2))));
        Assert.False(ConstantFolding.TryFold(new ReadVariable(Variable("state", 4), Tensor("out", 4))));
        Assert.False(ConstantFolding.TryFold(new AssignVariable(Constant("value", 4), Variable("state", 4))));
        Assert.False(ConstantFolding.TryFold(new Concatenation([Constant("constant", 4), Tensor("in", 4)], 0, Tensor("out", 8), FusedActivation.None)));
    }

    private static GraphTensor Quantized(string name, params int[] shape) =>
        new(name, ElementType.Int8, shape) { Quantization = new Quantization(0.05f, 0) };

    private static GraphTensor Ints(string name, params int[] values) =>
        new(name, ElementType.Int32, [values.Length]) { Data = MemoryMarshal.AsBytes<int>(values).ToArray() };
}
