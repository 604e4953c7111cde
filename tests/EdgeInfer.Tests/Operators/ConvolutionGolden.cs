using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Verification;
using Depthwise = EdgeInfer.Kernels.DepthwiseConv2D;
using Layout = EdgeInfer.Kernels.Conv2D;
using MatrixProduct = EdgeInfer.Kernels.FullyConnected;

namespace EdgeInfer.Tests.Operators;

/// <summary>
/// Runs convolutions whose multipliers, shifts and limits are given as integers. The operator is packed with one arbitrary scale a
/// channel, then the integers are put into its record, because no three floats would give them.
/// </summary>
internal static class ConvolutionGolden
{
    public static void Check(KernelCase golden, bool depthwise, ElementType type = ElementType.Int8)
    {
        int[] x = golden.Integers("input");
        int filterHeight = golden["filter_y"], filterWidth = golden["filter_x"];
        int[] w = type == ElementType.Int4 ? golden.Nibbles("weights", golden["out_ch"] * filterHeight * filterWidth * (depthwise ? 1 : golden["in_ch"])) : golden.Integers("weights");
        int batches = x.Length / (golden["input_h"] * golden["input_w"] * golden["in_ch"]);
        int channels = golden["out_ch"];
        Window2D window = WindowOf(golden);
        GraphTensor input = Operands.Activation("input", [batches, golden["input_h"], golden["input_w"], golden["in_ch"]], 1, -golden["input_offset"]);
        GraphTensor output = Operands.Activation("output", [batches, golden["output_h"], golden["output_w"], channels], 1, golden["output_offset"]);
        GraphTensor? bias = Operands.Bias(golden.IntegersOrNull("bias"));
        float[] scales = [.. Enumerable.Range(1, channels).Select(channel => channel / 1024f)];
        Operator op = depthwise
            ? new DepthwiseConv2D(input, Operands.Weights([1, filterHeight, filterWidth, channels], w, scales, axis: 3, type), bias, output, window, FusedActivation.None)
            : new Conv2D(
                input, Operands.Weights([channels, filterHeight, filterWidth, w.Length / (channels * filterHeight * filterWidth)], w, scales, type: type), bias, output, window, FusedActivation.None);

        BlobEditor editor = new(GraphRunner.For(op).Result.Blob);
        SetIntegers(editor, Assert.Single(editor.MainProgram), golden.Integers("output_multiplier"), golden.Integers("output_shift"), golden["out_activation_min"], golden["out_activation_max"]);
        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(x));
    }

    /// <summary>Puts requantization into a record, whichever kernel it has become.</summary>
    public static void SetIntegers(BlobEditor editor, int record, int[] multipliers, int[] exponents, int min, int max)
    {
        (int table, int minField, int maxField) = (OperatorCode)editor[record + Record.Code] switch
        {
            OperatorCode.Conv2D or OperatorCode.Conv2DInt4 => (Layout.Channels, Layout.ActivationMin, Layout.ActivationMax),
            OperatorCode.DepthwiseConv2D => (Depthwise.Channels, Depthwise.ActivationMin, Depthwise.ActivationMax),
            _ => (MatrixProduct.Channels, MatrixProduct.ActivationMin, MatrixProduct.ActivationMax),
        };
        editor[record + minField] = min;
        editor[record + maxField] = max;
        for (int channel = 0; channel < multipliers.Length; channel++)
        {
            int entry = editor[record + table + Channel.Scales] + (channel * editor[record + table + Channel.ScaleStep]);
            editor[entry + Channel.Multiplier] = multipliers[channel];
            editor[entry + Channel.Shift] = 31 - exponents[channel];
        }
    }

    private static Window2D WindowOf(KernelCase golden)
    {
        static int Rest(int output, int stride, int filter, int dilation, int input, int before) =>
            Math.Max(0, ((output - 1) * stride) + ((filter - 1) * dilation) + 1 - input - before);
        return new Window2D(golden["stride_y"], golden["stride_x"], golden.GetOrDefault("dilation_y", 1), golden.GetOrDefault("dilation_x", 1), golden["pad_y"], golden["pad_x"])
        {
            Bottom = Rest(golden["output_h"], golden["stride_y"], golden["filter_y"], golden.GetOrDefault("dilation_y", 1), golden["input_h"], golden["pad_y"]),
            Right = Rest(golden["output_w"], golden["stride_x"], golden["filter_x"], golden.GetOrDefault("dilation_x", 1), golden["input_w"], golden["pad_x"]),
        };
    }
}
