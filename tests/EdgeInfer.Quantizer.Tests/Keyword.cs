using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>The public keyword model of floats and its labelled features.</summary>
internal static class Keyword
{
    private const int Features = 490;

    public static ModelGraph Graph(string name = "ds_cnn_kws_float") => OnnxImporter.Import(File.ReadAllBytes(SharedData.PathOf("float", name + ".onnx")), name);

    public static SampleSet Samples()
    {
        sbyte[] features = MemoryMarshal.Cast<byte, sbyte>(File.ReadAllBytes(SharedData.PathOf("speech", "kws01", "mfcc_int8.bin"))).ToArray();
        int[] labels = [.. File.ReadLines(SharedData.PathOf("speech", "kws01", "labels.csv")).Skip(1).Select(l => int.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Sample[] samples = [.. labels.Select((label, i) => new Sample([[.. features.AsSpan(i * Features, Features).ToArray().Select(q => (q - 83) * 0.58470291f)]], label, $"#{i}"))];
        return SampleSet.For(samples, Graph());
    }
}
