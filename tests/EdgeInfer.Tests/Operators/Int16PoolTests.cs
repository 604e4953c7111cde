using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.Pool2DInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Pools of 16-bit activations.</summary>
public class Int16PoolTests
{
    public static TheoryData<string> Averages => KernelCase.NamesOf("avgpool_s16");

    public static TheoryData<string> Maxima => KernelCase.NamesOf("maxpool_s16");

    [SharedTheory]
    [MemberData(nameof(Averages))]
    public void Average_equals_cmsis_nn(string name) => Golden(KernelCase.Load("avgpool_s16", name), average: true);

    [SharedTheory]
    [MemberData(nameof(Maxima))]
    public void Maximum_equals_cmsis_nn(string name) => Golden(KernelCase.Load("maxpool_s16", name), average: false);

    [Fact]
    public void Agrees_with_the_definition() =>
        (from image in Gen.Int[1, 7].Array[4]
         from filter in Gen.Int[1, 4].Array[2]
         from stride in Gen.Int[1, 3].Array[2]
         from average in Gen.Bool
         from relu in Gen.Bool
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (image, filter, stride, average, relu, pattern, seed))
        .Sample(
            s =>
            {
                Window2D window = new Window2D(s.stride[0], s.stride[1]).WithSamePadding(s.image[1], s.image[2], s.filter[0], s.filter[1]);
                int[] shape = [s.image[0], window.OutputHeight(s.image[1], s.filter[0]), window.OutputWidth(s.image[2], s.filter[1]), s.image[3]];
                NestedArray x = new(s.image, Operands.Int16s(NestedArray.Count(s.image), s.pattern, new Random(s.seed)));
                GraphRunner runner = GraphRunner.For(Make(s.average, s.image, shape, s.filter, window, s.relu ? FusedActivation.Relu : FusedActivation.None));
                int[] expected = PoolingOracle.Run(
                    x, shape, (s.filter[0], s.filter[1]), (s.stride[0], s.stride[1]), (window.Top, window.Left), (s.relu ? 0 : short.MinValue, short.MaxValue),
                    s.average ? PoolingOracle.Average : PoolingOracle.Maximum).Values;
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("too large for 16-bit", Make(true, [1, 400, 400, 1], [1, 200, 200, 1], [201, 201], new Window2D(), FusedActivation.None));
        Operator good = Make(true, [1, 4, 4, 3], [1, 2, 2, 3], [2, 2], new Window2D(2, 2), FusedActivation.None);
        RecordRefusal.Demand("kind", good, Layout.Kind, 2);
        RecordRefusal.Demand("output height", good, Layout.StrideHeight, 5);
        RecordRefusal.Demand("padding of width", good, Layout.PadLeft, 2);
        RecordRefusal.Demand("input", good, Layout.Channels, 4);
        RecordRefusal.Demand("activation max", good, Layout.ActivationMax, 40000);
        RecordRefusal.Demand("filter height", good, Layout.FilterHeight, 1 << 14 | 1);
    }

    private static Operator Make(bool average, int[] input, int[] output, int[] filter, Window2D window, FusedActivation activation)
    {
        GraphTensor x = Operands.Wide("input", input, 0.5f), y = Operands.Wide("output", output, 0.5f);
        return average ? new AveragePool2D(x, y, filter[0], filter[1], window, activation) : new MaxPool2D(x, y, filter[0], filter[1], window, activation);
    }

    private static void Golden(KernelCase golden, bool average)
    {
        Window2D window = new(golden["stride_h"], golden["stride_w"], Top: golden["padding_h"], Left: golden["padding_w"]);
        static int Rest(int output, int stride, int filter, int input, int before) => ((output - 1) * stride) + filter - input - before;
        window = window with
        {
            Bottom = Rest(golden["output_h"], golden["stride_h"], golden["filter_h"], golden["input_h"], golden["padding_h"]),
            Right = Rest(golden["output_w"], golden["stride_w"], golden["filter_w"], golden["input_w"], golden["padding_w"]),
        };
        int batches = golden["batch_size"];
        BlobEditor editor = new(GraphRunner.For(Make(
            average, [batches, golden["input_h"], golden["input_w"], golden["input_c"]], [batches, golden["output_h"], golden["output_w"], golden["output_c"]],
            [golden["filter_h"], golden["filter_w"]], window, FusedActivation.None)).Result.Blob);
        int record = editor.Find(OperatorCode.Pool2DInt16);
        editor[record + Layout.ActivationMin] = golden["activation_min"];
        editor[record + Layout.ActivationMax] = golden["activation_max"];

        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input")));
    }
}
