using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class PaddingFoldingTests
{
    private static readonly int[] Before = [0, 1, 2, 0];
    private static readonly int[] After = [0, 3, 0, 0];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_of_the_image_goes_into_the_convolution(bool depthwise)
    {
        ModelGraph graph = Run(() => Padded(depthwise, new Window2D(2, 1, Top: 1, Left: 0, Bottom: 1, Right: 1)), g => Assert.True(PaddingFolding.Run(g)));

        Operator op = Assert.Single(graph.Operators);
        Assert.Equal("in", op.Input.Name);
        Assert.Equal(new Window2D(2, 1, Top: 2, Left: 2, Bottom: 4, Right: 1), Assert.IsAssignableFrom<IFoldsPadding>(op).Window);
    }

    [Fact]
    public void Padding_that_something_else_reads_stays()
    {
        ModelGraph graph = Padded(depthwise: false, new Window2D());
        graph.Outputs.Add(graph.Operators[0].Output);
        Assert.False(PaddingFolding.Run(graph));

        graph = Padded(depthwise: false, new Window2D());
        graph.Operators.Add(new Reshape(graph.Operators[0].Output, Tensor("flat", graph.Operators[0].Output.Count)));
        Assert.False(PaddingFolding.Run(graph));
    }

    [Fact]
    public void Padding_of_channels_and_of_a_pool_stays()
    {
        GraphTensor input = Tensor("in", 1, 3, 3, 1), padded = Tensor("padded", 1, 3, 3, 2), result = Tensor("result", 1, 3, 3, 1);
        Conv2D conv = new(padded, Constant("weights", 1, 1, 1, 2), null, result, new Window2D(), FusedActivation.None);
        Assert.False(PaddingFolding.Run(Graph([input], [result], new Pad(input, [0, 0, 0, 0], [0, 0, 0, 1], padded), conv)));

        GraphTensor larger = Tensor("larger", 1, 4, 4, 1), pooled = Tensor("pooled", 1, 2, 2, 1);
        MaxPool2D pool = new(larger, pooled, 2, 2, new Window2D(2, 2), FusedActivation.None);
        Assert.False(PaddingFolding.Run(Graph([input], [pooled], new Pad(input, [0, 1, 1, 0], [0, 0, 0, 0], larger), pool)));
    }

    private static ModelGraph Padded(bool depthwise, Window2D window)
    {
        GraphTensor input = Tensor("in", 1, 5, 4, 2), padded = Tensor("padded", 1, 9, 6, 2);
        GraphTensor result = Tensor("result", 1, window.OutputHeight(9, 3), window.OutputWidth(6, 2), 2);
        Operator conv = depthwise
            ? new DepthwiseConv2D(padded, Constant("weights", 1, 3, 2, 2), null, result, window, FusedActivation.None)
            : new Conv2D(padded, Constant("weights", 2, 3, 2, 2), null, result, window, FusedActivation.None);
        return Graph([input], [result], new Pad(input, Before, After, padded), conv);
    }
}
