using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Onnx;

namespace EdgeInfer.Quantizer.Tests;

public sealed class FloatReferenceTests
{
    [SharedTheory]
    [InlineData("ds_cnn_kws_float")]
    [InlineData("ds_cnn_kws_float_nchw")]
    public void Gives_the_published_outputs_of_the_keyword_model(string name)
    {
        ModelGraph graph = OnnxImporter.Import(File.ReadAllBytes(SharedData.PathOf("float", name + ".onnx")), name);
        Assert.DoesNotContain(graph.Operators, op => op is Converter.Operators.Transpose);
        PassPipeline.Simplify(graph);
        float[] expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(SharedData.PathOf("float", name + ".kws01.out.bin"))).ToArray();
        sbyte[] features = MemoryMarshal.Cast<byte, sbyte>(File.ReadAllBytes(SharedData.PathOf("speech", "kws01", "mfcc_int8.bin"))).ToArray();
        using FloatReference reference = new(graph);
        for (int sample = 0; sample < 597; sample += 20)
        {
            float[] output = reference.Run([.. features.AsSpan(sample * 490, 490).ToArray().Select(q => (q - 83) * 0.58470291f)])[0];
            for (int i = 0; i < 12; i++) Assert.Equal(expected[(sample * 12) + i], output[i], 1e-4f);
        }
    }
}
