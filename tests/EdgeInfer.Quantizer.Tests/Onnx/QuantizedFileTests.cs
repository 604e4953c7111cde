using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Onnx.Schema;
using EdgeInfer.Quantizer.Evaluation;
using Google.Protobuf;
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

        // The matrix product is looked at: softmax stretches a step of it to several of its own. What the layers before round otherwise comes through, the
        // more of it the finer a step of the product is; LayerAgreementTests holds every layer by itself to one step.
        GraphTensor logits = graph.Operators[^1].Input;
        graph.Outputs[0] = logits;
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        IReadOnlyList<Sample> samples = set.Pick(100);
        float[][][] device = DeviceRun.Of(blob, samples), runtime = Run(OnnxExporter.Export(graph, new OnnxExportOptions { Quantize = true }).File, samples);
        float step = logits.Quantization!.Scale;
        int[] steps = [.. device.Zip(runtime).SelectMany(p => p.First[0].Zip(p.Second[0])).Select(p => (int)Math.Round(Math.Abs(p.First - p.Second) / step))];
        Assert.True(steps.Count(s => s > 1) < steps.Length / 15, $"{steps.Count(s => s > 1)} of {steps.Length} differ by more than a step");
        Assert.InRange(steps.Max(), 0, 3);
    }

    [Fact]
    public void A_qdq_file_is_converted_without_data_and_one_of_unsigned_integers_or_with_casts_to_the_type_that_is_there_too()
    {
        foreach ((bool isUnsigned, bool isCast) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            OnnxModelWriter w = new("case");
            int type = isUnsigned ? OnnxType.UInt8 : OnnxType.Int8;
            byte shift = isUnsigned ? (byte)128 : (byte)0;
            w.Input("x", [1, 2]);
            string scale = w.Floats("s", [0.5f]), zero = w.Constant("z", type, [shift]), weightZero = w.Constant("wz", OnnxType.Int8, [0]);
            w.Node("QuantizeLinear", ["x", scale, zero], "xq");
            string integers = isCast ? w.Node("Cast", ["xq"], "xc", Int("to", type)) : "xq";
            w.Node("DequantizeLinear", [integers, scale, zero], "xd");
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

    [Fact]
    public void A_cast_of_quantized_numbers_to_another_type_is_refused()
    {
        OnnxModelWriter w = new("case");
        w.Input("x", [1, 2]);
        string scale = w.Floats("s", [0.5f]);
        w.Node("QuantizeLinear", ["x", scale, w.Constant("z", OnnxType.Int8, [0])], "xq");
        w.Node("Cast", ["xq"], "xc", Int("to", OnnxType.UInt8));
        w.Node("DequantizeLinear", ["xc", scale, w.Constant("u", OnnxType.UInt8, [128])], "y");
        w.Output("y", [1, 2]);
        string refusal = Assert.Throws<ConversionException>(() => OnnxImporter.Import(FuzzingSeeds.Keep("onnx", w.Finish()), "case.onnx")).Message;
        Assert.Contains("Cast (node 1) 'xc': a conversion to uint8 is not supported", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnnxType.Int16, 0, "")]
    [InlineData(OnnxType.UInt16, 32768, "")]
    [InlineData(OnnxType.Int16, 0, "com.microsoft")]
    public void A_qdq_file_of_16_bit_activations_is_converted_as_it_is(int type, int zeroPoint, string domain)
    {
        OnnxModelWriter w = new("case");
        w.Input("x", [1, 2]);
        string scale = w.Floats("s", [1f / 256]), zero = w.Constant("z", type, BitConverter.GetBytes((ushort)zeroPoint)), weightZero = w.Constant("wz", OnnxType.Int8, [0]);
        w.Node("QuantizeLinear", ["x", scale, zero], "xq");
        w.Node("DequantizeLinear", ["xq", scale, zero], "xd");
        w.Node("DequantizeLinear", [w.Constant("w", OnnxType.Int8, [4, 0xFC, 2, 8], 2, 2), w.Floats("ws", [0.5f]), weightZero], "wd");
        int[] bias = [1 << 9, -3];
        w.Node("DequantizeLinear", [w.Constant("b", OnnxType.Int32, MemoryMarshal.AsBytes(bias.AsSpan()), 2), w.Floats("bs", [0.5f / 256])], "bd");
        w.Node("Gemm", ["xd", "wd", "bd"], "g", Int("transB", 1));
        w.Node("QuantizeLinear", ["g", scale, zero], "gq");
        w.Node("DequantizeLinear", ["gq", scale, zero], "y");
        w.Output("y", [1, 2]);
        ModelProto file = ModelProto.Parser.ParseFrom(w.Finish());
        foreach (NodeProto node in file.Graph.Node.Where(n => n.OpType != "Gemm")) node.Domain = domain;
        ConversionResult result = ModelConverter.Convert(OnnxImporter.Import(FuzzingSeeds.Keep("onnx", file.ToByteArray()), "case.onnx"), new byte[32], new ConversionOptions());
        Interpreter interpreter = new(result.Model);
        Assert.Equal((TensorType.Int16, TensorType.Int16), (interpreter.Input(0).Type, interpreter.Output(0).Type));
        long[] expected = Array.ConvertAll(bias, b => (long)b);
        Assert.Equal(expected, MemoryMarshal.Cast<byte, long>(result.Graph.Operators.Single().Inputs[2]!.Data).ToArray());

        // ([4 -4; 2 8] * [1001; -7] + [512; -3]) / 2, halves up: [4544 / 2; 1943 / 2].
        (interpreter.Input(0)[0], interpreter.Input(0)[1]) = (1001, -7);
        interpreter.Invoke();
        Assert.Equal([2272, 972], new[] { interpreter.Output(0)[0], interpreter.Output(0)[1] });
    }

    [Fact]
    public void Sixteen_bits_that_cannot_be_carried_out_are_refused_with_a_way_out()
    {
        Assert.Contains("16-bit numbers have the zero point 32768 where they are uint16, not 31000. Quantize 16-bit activations symmetrically", Refused(OnnxType.UInt16, 31000, OnnxType.Int8, "Relu"), StringComparison.Ordinal);
        Assert.Contains("16-bit numbers have the zero point 0 where they are int16, not 5.", Refused(OnnxType.Int16, 5, OnnxType.Int8, "Relu"), StringComparison.Ordinal);
        Assert.Contains("have 16 bits; only activations may. Quantize weights to int8", Refused(OnnxType.Int16, 0, OnnxType.Int16, "Relu"), StringComparison.Ordinal);
        Assert.Contains("there is no HardSwish of 16-bit activations. Quantize its inputs and outputs to 8 bits", Refused(OnnxType.Int16, 0, OnnxType.Int8, "HardSwish"), StringComparison.Ordinal);

        static string Refused(int type, int zeroPoint, int weightType, string function)
        {
            OnnxModelWriter w = new("case");
            w.Input("x", [1, 2]);
            string scale = w.Floats("s", [0.5f]), zero = w.Constant("z", type, BitConverter.GetBytes((ushort)zeroPoint));
            w.Node("QuantizeLinear", ["x", scale, zero], "xq");
            w.Node("DequantizeLinear", ["xq", scale, zero], "xd");
            w.Node("DequantizeLinear", [w.Constant("w", weightType, new byte[weightType == OnnxType.Int16 ? 8 : 4], 2, 2), scale], "wd");
            w.Node("Gemm", ["xd", "wd"], "g", Int("transB", 1));
            w.Node("QuantizeLinear", ["g", scale, zero], "gq");
            w.Node("DequantizeLinear", ["gq", scale, zero], "gd");
            w.Node(function, ["gd"], "f");
            w.Node("QuantizeLinear", ["f", scale, zero], "fq");
            w.Node("DequantizeLinear", ["fq", scale, zero], "y");
            w.Output("y", [1, 2]);
            return Assert.Throws<ConversionException>(() => ModelConverter.Convert(OnnxImporter.Import(FuzzingSeeds.Keep("onnx", w.Finish()), "case.onnx"), new byte[32], new ConversionOptions())).Message;
        }
    }

    [SharedTheory]
    [InlineData(16, null)]
    [InlineData(8, "last")]
    public void The_keyword_model_of_16_bit_activations_comes_back_from_its_file_and_agrees_with_onnx_runtime(int bits, string? layer)
    {
        SampleSet set = Keyword.Samples();
        ModelGraph graph = Keyword.Graph();
        PassPipeline.Simplify(graph);
        HashSet<string> layers = layer is null ? [] : [graph.Operators.OfType<FullyConnected>().Single().Output.Name];
        PostTrainingQuantizer.Run(graph, set, QuantizationRecipe.Default with { Samples = 32, ActivationBits = bits, SixteenBitLayers = layers, RoundAdaptively = false, CorrectBias = false });
        byte[] file = OnnxExporter.Export(graph, new OnnxExportOptions { Quantize = true }).File;
        Assert.Equal(21, ModelProto.Parser.ParseFrom(file).OpsetImport.Single().Version);
        IReadOnlyList<Sample> samples = set.Pick(30);
        float[][][] runtime = Run(file, samples);
        float[][][] device = DeviceRun.Of(ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob, samples);
        float[][][] again = DeviceRun.Of(ModelConverter.Convert(OnnxImporter.Import(file, "case.onnx"), new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob, samples);
        for (int s = 0; s < device.Length; s++)
        {
            Assert.Equal(device[s][0], again[s][0]);

            // A step of 8 bits is 1/256; of what 16-bit layers alone round there would be less.
            for (int i = 0; i < device[s][0].Length; i++) Assert.Equal(runtime[s][0][i], device[s][0][i], bits == 16 ? 0.001f : 0.05f);
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
