using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Makes one of the two pools.</summary>
internal delegate Operator PoolMaker(GraphTensor input, GraphTensor output, int filterHeight, int filterWidth, Window2D window, FusedActivation activation);

/// <summary>Cases that both pools must pass.</summary>
internal static class PoolingCase
{
    private const float Scale = 0.05f;

    /// <summary>Runs a case of the conformance data. Its limits are those of the type throughout.</summary>
    public static void CheckGolden(PoolMaker make, string family, string name)
    {
        KernelCase golden = KernelCase.Load(family, name);
        Assert.Equal((-128, 127), (golden["activation_min"], golden["activation_max"]));
        GraphTensor input = Operands.Activation("input", [golden["batch_size"], golden["input_h"], golden["input_w"], golden["input_c"]], 1, 0);
        GraphTensor output = Operands.Activation("output", [golden["batch_size"], golden["output_h"], golden["output_w"], golden["output_c"]], 1, 0);
        int height = golden["filter_h"], width = golden["filter_w"];
        Window2D window = new Window2D(golden["stride_h"], golden["stride_w"]).WithSamePadding(golden["input_h"], golden["input_w"], height, width);
        Assert.Equal((golden["padding_h"], golden["padding_w"]), (window.Top, window.Left));

        Assert.Equal(golden.Integers("output"), GraphRunner.For(make(input, output, height, width, window, FusedActivation.None)).Run(golden.Integers("input")));
    }

    public static void CheckProperty(PoolMaker make, Func<List<int>, int> reduce) =>
        (from batches in Gen.Int[1, 3]
         from size in Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9])
         from channels in Gen.Int[1, 7]
         from filter in Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5])
         from stride in Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4])
         from same in Gen.Bool
         from zeroPoint in Operands.ZeroPoints
         from pattern in Operands.Patterns
         from activation in Gen.Int[0, 3].Select(i => (FusedActivation)i)
         from seed in Gen.Int
         select (batches, size, channels, filter, stride, same, zeroPoint, pattern, activation, seed))
        .Sample(
            s =>
            {
                Window2D window = new(s.stride.Item1, s.stride.Item2);
                if (s.same) window = window.WithSamePadding(s.size.Item1, s.size.Item2, s.filter.Item1, s.filter.Item2);
                int[] shape = [s.batches, window.OutputHeight(s.size.Item1, s.filter.Item1), window.OutputWidth(s.size.Item2, s.filter.Item2), s.channels];
                if (NestedArray.Count(shape) == 0) return;

                NestedArray x = new([s.batches, s.size.Item1, s.size.Item2, s.channels], Operands.Int8s(s.batches * s.size.Item1 * s.size.Item2 * s.channels, s.pattern, new Random(s.seed)));
                NestedArray expected = PoolingOracle.Run(x, shape, s.filter, s.stride, (window.Top, window.Left), Limits(s.activation, s.zeroPoint), reduce);
                GraphRunner runner = GraphRunner.For(make(
                    Operands.Activation("input", x.Shape, Scale, s.zeroPoint), Operands.Activation("output", shape, Scale, s.zeroPoint), s.filter.Item1, s.filter.Item2, window, s.activation));

                Assert.Equal(expected.Values, runner.Run(x.Values));
                Assert.Equal(expected.Values, runner.RunInSteps(x.Values));
            },
            iter: 1000);

    public static void CheckRefusals(PoolMaker make)
    {
        Operator Make(GraphTensor output, Window2D? window = null, int filter = 2, int[]? input = null) =>
            make(Operands.Activation("input", input ?? [1, 4, 4, 3], Scale, 5), output, filter, filter, window ?? new Window2D(2, 2), FusedActivation.None);

        GraphTensor output = Operands.Activation("output", [1, 2, 2, 3], Scale, 5);
        Refusal.Demand("quantized differently", Make(Operands.Activation("output", [1, 2, 2, 3], Scale * 2, 5)));
        Refusal.Demand("quantized differently", Make(Operands.Activation("output", [1, 2, 2, 3], Scale, 6)));
        Refusal.Demand("does not follow", Make(Operands.Activation("output", [1, 2, 2, 4], Scale, 5)));
        Refusal.Demand("dilated", Make(output, new Window2D(2, 2, 2, 1)));
        Refusal.Demand("in the padding", Make(output, new Window2D(2, 2, 1, 1, 2)));
        Refusal.Demand("four dimensions", Make(Operands.Activation("output", [2, 2, 3], Scale, 5), input: [4, 4, 3]));
        Refusal.Demand("beyond 16384", Make(output, filter: 20000));
        Refusal.Demand("is Int16", Make(new GraphTensor("output", ElementType.Int16, [1, 2, 2, 3]) { Quantization = new Quantization(Scale, 5) }));
        GraphTensor perChannel = new("output", ElementType.Int8, [1, 2, 2, 3]) { Quantization = new Quantization([1, 2, 3], [5, 5, 5], 3) };
        Refusal.Demand("scale a channel", Make(perChannel));

        Operator good = Make(output);
        RecordRefusal.Demand("output height", good, Kernels.Pool2D.StrideHeight, 5);
        RecordRefusal.Demand("output width", good, Kernels.Pool2D.StrideWidth, 4);
        RecordRefusal.Demand("padding of height", good, Kernels.Pool2D.PadTop, 2);
        RecordRefusal.Demand("padding of width", good, Kernels.Pool2D.PadLeft, -1);
        RecordRefusal.Demand("input", good, Kernels.Pool2D.InputHeight, 5);
        RecordRefusal.Demand("units", good, Kernels.Pool2D.OutputHeight, 1);
        RecordRefusal.Demand("input", good, Kernels.Pool2D.Channels, 4);
        Operator dense = Make(Operands.Activation("output", [1, 3, 3, 3], Scale, 5), new Window2D());
        RecordRefusal.Demand("output", dense, Kernels.Pool2D.OutputWidth, 4);
        RecordRefusal.Demand("activation max", good, Kernels.Pool2D.ActivationMax, -129);
        RecordRefusal.Demand("filter width", good, Kernels.Pool2D.FilterWidth, 0);
    }

    private static (int Min, int Max) Limits(FusedActivation activation, int zeroPoint)
    {
        int Integer(double real) => Math.Clamp(zeroPoint + (int)Math.Round(real / 0.05, MidpointRounding.AwayFromZero), -128, 127);
        return activation switch
        {
            FusedActivation.Relu => (zeroPoint, 127),
            FusedActivation.Relu6 => (zeroPoint, Integer(6)),
            FusedActivation.ReluN1To1 => (Integer(-1), Integer(1)),
            _ => (-128, 127),
        };
    }
}
