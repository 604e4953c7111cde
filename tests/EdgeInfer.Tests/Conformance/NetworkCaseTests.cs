using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Conformance;

/// <summary>The DS-CNN of CMSIS-NN's test data: fifteen layers whose quantization is given as integers.</summary>
public class NetworkCaseTests
{
    private const int ZeroPoint = -128;

    [SharedFact]
    public void Ds_cnn_equals_cmsis_nn()
    {
        KernelCase golden = KernelCase.Load("network", "ds_cnn_l");
        ModelGraph graph = new("ds_cnn_l");
        GraphTensor tensor = Operands.Activation("input", [1, golden["conv_2d_1_input_h"], golden["conv_2d_1_input_w"], 1], 1, -golden["conv_2d_1_input_offset"]);
        graph.Inputs.Add(tensor);
        for (int layer = 1; layer <= 11; layer++) tensor = AddConvolution(graph, golden, layer, tensor);

        GraphTensor pooled = Operands.Activation("pooled", [1, 1, 1, tensor.Shape[3]], 1, ZeroPoint);
        graph.Operators.Add(new AveragePool2D(tensor, pooled, tensor.Shape[1], tensor.Shape[2], new Window2D(), FusedActivation.None) { Label = "pool" });
        int[] weights = golden.Integers("layer_14_fully_connected_weights");
        int classes = weights.Length / pooled.Count;

        // The softmax's multiplier is its input's scale times 2^26, as a 31-bit fraction: the scale is exact in single precision.
        float scoreScale = (float)Math.ScaleB(golden["softmax_15_mult"], golden["softmax_15_shift"] - 31 - 26);
        GraphTensor scores = Operands.Activation("scores", [1, classes], scoreScale, golden["fully_connected_14_output_offset"]);
        graph.Operators.Add(new FullyConnected(
            pooled, Operands.Weights([classes, pooled.Count], weights, [1]), Operands.Bias(golden.Integers("layer_14_fully_connected_bias")), scores, FusedActivation.None) { Label = "scores" });
        GraphTensor probabilities = Operands.Activation("probabilities", [1, classes], 1f / 256, ZeroPoint);
        graph.Operators.Add(new Softmax(scores, probabilities, 1) { Label = "softmax" });
        graph.Outputs.Add(probabilities);

        BlobEditor editor = new(GraphRunner.Convert(graph).Blob);
        Assert.Equal(14, editor.MainProgram.Count);
        for (int layer = 1; layer <= 11; layer++)
        {
            string name = $"layer_{layer}_{KindOf(layer)}_output_";
            ConvolutionGolden.SetIntegers(editor, editor.MainProgram[layer - 1], golden.Integers(name + "mult"), golden.Integers(name + "shift"), sbyte.MinValue, sbyte.MaxValue);
        }

        ConvolutionGolden.SetIntegers(
            editor, editor.MainProgram[12], [golden["fully_connected_14_output_multiplier"]], [golden["fully_connected_14_output_shift"]], sbyte.MinValue, sbyte.MaxValue);
        Assert.Equal(golden.Integers("output_ref"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input")));
    }

    private static string KindOf(int layer) => layer % 2 == 0 ? "depthwise_conv_2d" : "conv_2d";

    private static GraphTensor AddConvolution(ModelGraph graph, KernelCase golden, int layer, GraphTensor input)
    {
        int Get(string key) => golden[$"{KindOf(layer)}_{layer}_{key}"];
        int channels = Get("out_ch"), height = Get("output_h"), width = Get("output_w"), filterHeight = Get("filter_y"), filterWidth = Get("filter_x");
        int Rest(int output, int stride, int filter, int size, int before) => Math.Max(0, ((output - 1) * stride) + filter - size - before);
        Window2D window = new(Get("stride_y"), Get("stride_x"), 1, 1, Get("pad_y"), Get("pad_x"))
        {
            Bottom = Rest(height, Get("stride_y"), filterHeight, Get("input_h"), Get("pad_y")),
            Right = Rest(width, Get("stride_x"), filterWidth, Get("input_w"), Get("pad_x")),
        };
        GraphTensor output = Operands.Activation($"layer {layer}", [1, height, width, channels], 1, Get("output_offset"));
        int[] w = golden.Integers($"layer_{layer}_{KindOf(layer)}_weights");
        GraphTensor bias = Operands.Bias(golden.Integers($"layer_{layer}_{KindOf(layer)}_bias"))!;

        // Scales that no other layer has, so that no two layers share a table.
        float[] scales = [.. Enumerable.Range(1, channels).Select(c => c + (layer / 16f))];
        graph.Operators.Add(layer % 2 == 0
            ? new DepthwiseConv2D(input, Operands.Weights([1, filterHeight, filterWidth, channels], w, scales, axis: 3), bias, output, window, FusedActivation.None) { Label = output.Name }
            : new Conv2D(input, Operands.Weights([channels, filterHeight, filterWidth, input.Shape[3]], w, scales), bias, output, window, FusedActivation.None) { Label = output.Name });
        return output;
    }
}
