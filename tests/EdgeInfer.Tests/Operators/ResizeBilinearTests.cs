using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.ResizeBilinear;

namespace EdgeInfer.Tests.Operators;

public class ResizeBilinearTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([1, 2, 2, 1], [0, 10, 20, -50]);

        // Twice as large: pixels as points, as squares, and with their corners upon each other.
        Assert.Equal([0, 5, 10, 10, 10, -5, -20, -20, 20, -15, -50, -50, 20, -15, -50, -50], Run(x, 4, 4, false, false));
        Assert.Equal([0, 3, 8, 10], Run(x, 4, 4, false, true)[..4]);
        Assert.Equal([0, 5, 10, 10, -5, -20, 20, -15, -50], Run(x, 3, 3, true, false));
    }

    [Fact]
    public void Halves_go_away_from_zero() =>
        Assert.Equal([1, 2, 2, -1, -2, -2], Run(new NestedArray([1, 2, 2, 1], [1, 2, -1, -2]), 2, 3, true, false));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Gen.Int[1, 9].Array[4]
         from height in Gen.Frequency((6, Gen.Int[1, 20]), (1, Gen.Int[21, 300]))
         from width in Gen.Int[1, 20]
         from mode in Gen.Int[0, 2]
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (shape, height, width, mode, pattern, seed))
        .Sample(
            s =>
            {
                int[] shape = [1 + (s.shape[0] % 2), s.shape[1], s.shape[2], s.shape[3]];
                NestedArray x = new(shape, Operands.Int8s(NestedArray.Count(shape), s.pattern, new Random(s.seed)));
                int[] expected = ResizeBilinearOracle.Run(x, s.height, s.width, s.mode == 1, s.mode == 2).Values;
                GraphRunner runner = GraphRunner.For(Make(shape, s.height, s.width, s.mode == 1, s.mode == 2));
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 500);

    [Fact]
    public void Steps_that_were_rounded_up_stay_in_the_image()
    {
        NestedArray x = NestedArray.Make([1, 10, 1, 1], i => i[1]);
        Assert.Equal(9, Run(x, 6000, 1, false, false)[^1]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [1, 2, 2, 3], 1, 0);
        Refusal.Demand("exclude each other", Make([1, 2, 2, 3], 4, 4, true, true));
        Refusal.Demand("other batches or channels", new ResizeBilinear(input, false, false, Operands.Activation("output", [1, 4, 4, 2], 1, 0)));
        Refusal.Demand("four dimensions", new ResizeBilinear(input, false, false, Operands.Activation("output", [4, 4, 3], 1, 0)));
        Refusal.Demand("different scales", new ResizeBilinear(input, false, false, Operands.Activation("output", [1, 4, 4, 3], 2, 0)));
        Operator good = Make([1, 2, 3, 2], 4, 5, false, false);
        RecordRefusal.Demand("height", good, Layout.Height, 0);
        RecordRefusal.Demand("rows", good, Layout.Height, 1);
        RecordRefusal.Demand("columns", good, Layout.Width, 2);
        RecordRefusal.Demand("channels", good, Layout.Channels, 0);
        RecordRefusal.Demand("output height", good, Layout.OutputHeight, 3);
        RecordRefusal.Demand("output width", good, Layout.OutputWidth, 0);
        RecordRefusal.Demand("rows", good, Layout.Rows, -1);
        RecordRefusal.Demand("columns", good, Layout.Columns, 1 << 20);
        RecordRefusal.Demand("input", good, Layout.Height, 30);
    }

    private static ResizeBilinear Make(int[] shape, int height, int width, bool alignCorners, bool halfPixelCenters) => new(
        Operands.Activation("input", shape, 1, 0), alignCorners, halfPixelCenters, Operands.Activation("output", [shape[0], height, width, shape[3]], 1, 0));

    private static int[] Run(NestedArray x, int height, int width, bool alignCorners, bool halfPixelCenters) =>
        GraphRunner.For(Make(x.Shape, height, width, alignCorners, halfPixelCenters)).Run(x.Values);
}
