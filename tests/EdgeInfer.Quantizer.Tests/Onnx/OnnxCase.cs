using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>A small .onnx file, executed by ONNX Runtime as it is and after it went through the importer, the passes and the exporter.</summary>
internal sealed class OnnxCase
{
    private readonly Random _random = new(1);
    private readonly int[] _input;

    /// <summary>A file with one input <c>x</c>; nodes are added to <see cref="Writer"/>, the last of them gives <c>y</c>.</summary>
    public OnnxCase(params int[] input)
    {
        _input = input;
        Writer.Input("x", input);
    }

    public OnnxModelWriter Writer { get; } = new("case");

    /// <summary>The graph after the passes, once <see cref="Check"/> has run.</summary>
    public ModelGraph? Graph { get; private set; }

    /// <summary>Element type of the result.</summary>
    public int OutputType { get; init; } = OnnxType.Float;

    /// <summary>A constant of pseudo-random floats from -1 to 1.</summary>
    public string Random(string name, params int[] shape) => Writer.Floats(name, [.. Values(shape)], shape);

    /// <summary>A constant of pseudo-random floats from 0.5 to 1.5.</summary>
    public string Positive(string name, params int[] shape) => Writer.Floats(name, [.. Values(shape).Select(v => 1 + (v / 2))], shape);

    public byte[] File(params int[] output)
    {
        Writer.Output("y", output, OutputType);
        return FuzzingSeeds.Keep("onnx", Writer.Finish());
    }

    /// <summary>Compares both ways; what is an image in the file is compared with its NHWC form.</summary>
    public OnnxCase Check(params int[] output)
    {
        byte[] file = File(output);
        float[] x = [.. Values(_input)];
        using InferenceSession session = new(file);
        using RunOptions run = new();
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(x, Array.ConvertAll(_input, d => (long)d));
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, ["x"], [value], ["y"]);
        float[] expected = OutputType switch
        {
            OnnxType.Bool => Array.ConvertAll(results[0].GetTensorDataAsSpan<bool>().ToArray(), b => b ? 1f : 0),
            OnnxType.Int64 => Array.ConvertAll(results[0].GetTensorDataAsSpan<long>().ToArray(), i => (float)i),
            OnnxType.Int32 => Array.ConvertAll(results[0].GetTensorDataAsSpan<int>().ToArray(), i => (float)i),
            _ => results[0].GetTensorDataAsSpan<float>().ToArray(),
        };

        Graph = OnnxImporter.Import(file, "case.onnx");
        PassPipeline.Simplify(Graph);
        using FloatReference reference = new(Graph);
        GraphTensor result = Graph.Outputs[0];
        float[] actual = reference.Run(ToLast(x, _input, Graph.Inputs[0].Shape))[0];
        expected = ToLast(expected, output, result.Shape);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f);
        return this;
    }

    /// <summary>Demands that no element is moved in memory.</summary>
    public void MovesNothing() => Assert.DoesNotContain(Graph!.Operators, op => op is Transpose);

    private IEnumerable<float> Values(int[] shape)
    {
        int count = shape.Aggregate(1, (a, b) => a * b);
        for (int i = 0; i < count; i++) yield return (float)((_random.NextDouble() * 2) - 1);
    }

    /// <summary>Channels last, where the graph has them so.</summary>
    private static float[] ToLast(float[] values, int[] shape, int[] stored)
    {
        if (shape.Length < 3 || stored.SequenceEqual(shape)) return values;

        int channels = shape[1], positions = shape.Skip(2).Aggregate(1, (a, b) => a * b);
        Assert.Equal([shape[0], .. shape.Skip(2), channels], stored);
        float[] result = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int batch = i / (channels * positions), channel = i / positions % channels, position = i % positions;
            result[(((batch * positions) + position) * channels) + channel] = values[i];
        }

        return result;
    }
}
