using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Quantizer.Evaluation;
using Microsoft.ML.OnnxRuntime;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Models that come quantized, and quantized graphs that go out.</summary>
public sealed class QuantizedFileTests
{
    [SharedFact]
    public void The_exported_keyword_model_agrees_within_a_step_with_the_device_on_onnx_runtime()
    {
        SampleSet set = Keyword.Samples();
        ModelGraph graph = Keyword.Graph();
        PostTrainingQuantizer.Run(graph, set, QuantizationRecipe.Default with { Samples = 64 });

        // The matrix product is looked at: softmax stretches a step of it to several of its own.
        GraphTensor logits = graph.Operators[^1].Input;
        graph.Outputs[0] = logits;
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        IReadOnlyList<Sample> samples = set.Pick(100);
        float[][][] device = DeviceRun.Of(blob, samples), runtime = Run(OnnxExporter.Export(graph, new OnnxExportOptions { Quantize = true }).File, samples);
        float step = logits.Quantization!.Scale;
        int[] steps = [.. device.Zip(runtime).SelectMany(p => p.First[0].Zip(p.Second[0])).Select(p => (int)Math.Round(Math.Abs(p.First - p.Second) / step))];
        Assert.True(steps.Count(s => s > 1) < steps.Length / 50, $"{steps.Count(s => s > 1)} of {steps.Length} differ by more than a step");
        Assert.InRange(steps.Max(), 0, 3);
    }

    [Fact]
    public void A_qdq_file_is_converted_without_data_and_one_of_unsigned_integers_too()
    {
        foreach (bool isUnsigned in new[] { false, true })
        {
            OnnxModelWriter w = new("case");
            int type = isUnsigned ? OnnxType.UInt8 : OnnxType.Int8;
            byte shift = isUnsigned ? (byte)128 : (byte)0;
            w.Input("x", [1, 2]);
            string scale = w.Floats("s", [0.5f]), zero = w.Constant("z", type, [shift]), weightZero = w.Constant("wz", OnnxType.Int8, [0]);
            w.Node("QuantizeLinear", ["x", scale, zero], "xq");
            w.Node("DequantizeLinear", ["xq", scale, zero], "xd");
            w.Node("DequantizeLinear", [w.Constant("w", OnnxType.Int8, [4, 0xFC, 2, 8], 2, 2), scale, weightZero], "wd");
            w.Node("Gemm", ["xd", "wd"], "g", Int("transB", 1));
            w.Node("QuantizeLinear", ["g", scale, zero], "gq");
            w.Node("DequantizeLinear", ["gq", scale, zero], "y");
            w.Output("y", [1, 2]);
            byte[] blob = ModelConverter.Convert(OnnxImporter.Import(FuzzingSeeds.Keep("onnx", w.Finish()), "case.onnx"), new byte[32], new ConversionOptions()).Blob;

            // [2 -2; 1 4] * [3; 1.5] = [3; 9]
            Assert.Equal([3, 9], DeviceRun.Of(blob, [new Sample([[3, 1.5f]], -1, "")])[0][0]);
        }
    }

    [Theory]
    [InlineData(OnnxType.Int4, 0x00, 0x24, 0xC8)]
    [InlineData(OnnxType.UInt4, 0x88, 0xAC, 0x40)]
    public void Weights_of_4_bits_stay_weights_of_4_bits(int type, byte zero, byte first, byte second)
    {
        OnnxModelWriter w = new("case");
        w.Input("x", [1, 2]);
        string scale = w.Floats("s", [0.5f]), point = w.Constant("z", OnnxType.Int8, [0]);
        w.Node("QuantizeLinear", ["x", scale, point], "xq");
        w.Node("DequantizeLinear", ["xq", scale, point], "xd");
        w.Node("DequantizeLinear", [w.Constant("w", type, [first, second], 2, 2), w.Floats("ws", [1f, 0.5f], 2), w.Constant("wz", type, [zero], 2)], "wd", Int("axis", 0));
        w.Node("Gemm", ["xd", "wd"], "g", Int("transB", 1));
        w.Node("QuantizeLinear", ["g", scale, point], "gq");
        w.Node("DequantizeLinear", ["gq", scale, point], "y");
        w.Output("y", [1, 2]);
        ConversionResult result = ModelConverter.Convert(OnnxImporter.Import(w.Finish(), "case.onnx"), new byte[32], new ConversionOptions());
        Assert.Equal(ElementType.Int4, result.Graph.Operators.OfType<Converter.Operators.FullyConnected>().Single().Weights.Type);

        // [4 2; -8/2 -4/2] * [3; 1.5] = [15; -15]
        Assert.Equal([15, -15], DeviceRun.Of(result.Blob, [new Sample([[3, 1.5f]], -1, "")])[0][0]);
    }

    [Fact]
    public void Operators_on_quantized_tensors_are_float_operators_between_quantizations()
    {
        OnnxModelWriter w = new("case");
        w.Input("x", [1, 1, 3, 3]);
        string inputScale = w.Floats("xs", [0.25f]), inputZero = w.Constant("xz", OnnxType.UInt8, [128]), outputScale = w.Floats("ys", [0.5f]), outputZero = w.Constant("yz", OnnxType.UInt8, [100]);
        w.Node("QuantizeLinear", ["x", inputScale, inputZero], "xq");
        string weights = w.Constant("w", OnnxType.Int8, [2, 4, 6, 8, 1, 1, 1, 1], 2, 1, 2, 2);
        string weightScale = w.Floats("ws", [0.5f, 1], 2), weightZero = w.Constant("wz", OnnxType.Int8, [0, 0], 2);
        int[] bias = [8, -4];
        string biases = w.Constant("b", OnnxType.Int32, MemoryMarshal.AsBytes(bias.AsSpan()), 2);
        w.Node("QLinearConv", ["xq", inputScale, inputZero, weights, weightScale, weightZero, outputScale, outputZero, biases], "yq");
        w.Node("DequantizeLinear", ["yq", outputScale, outputZero], "y");
        w.Output("y", [1, 2, 2, 2]);
        byte[] file = FuzzingSeeds.Keep("onnx", w.Finish());
        float[] x = [1, 2, 3, 4, 5, 6, -1, -2, -3];
        byte[] blob = ModelConverter.Convert(OnnxImporter.Import(file, "case.onnx"), new byte[32], new ConversionOptions()).Blob;
        float[] device = DeviceRun.Of(blob, [new Sample([x], -1, "")])[0][0], runtime = Run(file, [new Sample([x], -1, "")], [1, 1, 3, 3])[0][0];
        for (int i = 0; i < 8; i++) Assert.Equal(runtime[(i % 2 * 4) + (i / 2)], device[i], 0.01f);
    }

    [Fact]
    public void Float_models_have_no_quantization_of_their_own()
    {
        OnnxCase test = new(1, 5);
        test.Writer.Node("Tanh", ["x"], "y");
        ModelGraph graph = OnnxImporter.Import(test.File(1, 5), "case.onnx");
        Assert.False(FloatGraph.HasQuantization(graph));
        ConversionException refusal = Assert.Throws<ConversionException>(() => ModelConverter.Convert(graph, new byte[32], new ConversionOptions()));
        Assert.Contains("edgeinfer quantize MODEL --data FOLDER", refusal.Message, StringComparison.Ordinal);
    }

    private static float[][][] Run(byte[] file, IReadOnlyList<Sample> samples, long[]? shape = null)
    {
        using InferenceSession session = new(file);
        using RunOptions run = new();
        string input = session.InputMetadata.Keys.Single(), output = session.OutputMetadata.Keys.Single();
        shape ??= [.. session.InputMetadata[input].Dimensions.Select(d => (long)d)];
        float[][][] results = new float[samples.Count][][];
        for (int i = 0; i < results.Length; i++)
        {
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(samples[i].Inputs[0], shape);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, [input], [value], [output]);
            results[i] = [outputs[0].GetTensorDataAsSpan<float>().ToArray()];
        }

        return results;
    }
}
