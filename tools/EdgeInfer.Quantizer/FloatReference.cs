using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInfer.Quantizer;

/// <summary>
/// Executes a graph of floats by ONNX Runtime, one sample at a time and on one thread, so that results do not depend on the machine's load. A graph that remembers
/// runs over the frames of a sample and begins anew with the next.
/// Its telemetry is switched off.
/// </summary>
public sealed class FloatReference : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly long[][] _inputShapes;
    private readonly int[] _inputCounts;
    private readonly OnnxState[] _states;

    static FloatReference() => OrtEnv.Instance().DisableTelemetryEvents();

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="watched">Computed tensors that <see cref="Run"/> gives; null for the outputs of the graph.</param>
    /// <param name="quantize">Round tensors that carry a quantization to it and back, as the QDQ form does.</param>
    /// <exception cref="QuantizationException">An operator has no counterpart in ONNX.</exception>
    public FloatReference(ModelGraph graph, IReadOnlyList<GraphTensor>? watched = null, bool quantize = false)
    {
        if (watched is { Count: > 0 }) graph = Before(graph, watched);
        OnnxExport export = Export(graph, new OnnxExportOptions { ExposeActivations = watched is not null, CarryStates = true, Quantize = quantize });
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

        // Quantization in the file shall mean rounding between float operators, not integer kernels with a rounding of their own.
        if (quantize) options.AddSessionConfigEntry("session.disable_quant_qdq", "1");

        // Where branches meet of which not all are quantized, ONNX Runtime 1.31 then loses transpositions that it moves: it fails, or computes something else.
        if (quantize && IsMixed(graph))
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
            options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "TransposeOptimizer");
        }

        _session = new InferenceSession(export.File, options);
        _states = [.. export.States];
        _inputs = [.. graph.Inputs.Select(t => quantize && t.Quantization is not null ? $"{export.Names[t]} real" : export.Names[t]), .. _states.Select(s => s.Input)];
        _inputCounts = [.. graph.Inputs.Select(t => t.Count)];
        _inputShapes = [.. graph.Inputs.Select(t => t.Shape).Concat(_states.Select(s => s.Shape)).Select(shape => Array.ConvertAll(shape, d => (long)d))];
        Tensors = watched ?? graph.Outputs;
        _outputs = [.. Tensors.Select(t => export.Names[t]), .. _states.Select(s => s.Output)];
    }

    /// <summary>What <see cref="Run"/> gives, in its order.</summary>
    public IReadOnlyList<GraphTensor> Tensors { get; }

    /// <summary>Executes the graph on one sample.</summary>
    /// <param name="inputs">Elements of every input, frame after frame.</param>
    /// <returns>Elements of every tensor of <see cref="Tensors"/>, frame after frame.</returns>
    public float[][] Run(params float[][] inputs)
    {
        float[][] states = [.. _states.Select(s => new float[s.Shape.Aggregate(1, (a, b) => a * b)])];
        int frames = inputs.Length == 0 ? 1 : inputs[0].Length / _inputCounts[0];
        float[][][] results = new float[frames][][];
        for (int frame = 0; frame < frames; frame++)
        {
            float[][] given = frames == 1 ? inputs : [.. inputs.Select((x, i) => x.AsSpan(frame * _inputCounts[i], _inputCounts[i]).ToArray())];
            results[frame] = RunFrame([.. given, .. states]);
            states = results[frame][Tensors.Count..];
        }

        return frames == 1 ? results[0][..Tensors.Count] : [.. Tensors.Select((_, t) => Array.ConvertAll(results, r => r[t]).SelectMany(v => v).ToArray())];
    }

    /// <summary>The part of a graph on which tensors, or states of its operators, depend.</summary>
    private static ModelGraph Before(ModelGraph graph, IReadOnlyList<GraphTensor> watched)
    {
        HashSet<GraphTensor> needed = [.. watched];
        ModelGraph part = new(graph.Name);
        part.Inputs.AddRange(graph.Inputs);
        foreach (Operator op in Enumerable.Reverse(graph.Operators).Where(op => op.Outputs.Concat(op.Inputs.Where(t => t is { IsVariable: true })).Any(t => needed.Contains(t!))))
        {
            needed.UnionWith(op.Inputs.OfType<GraphTensor>());
            part.Operators.Add(op);
        }

        part.Operators.Reverse();
        return part;
    }

    private static bool IsMixed(ModelGraph graph)
    {
        GraphTensor[][] read = [.. graph.Operators.Select(op => op.Inputs.OfType<GraphTensor>().Where(t => !t.IsConstant && t.Type == ElementType.Float32).ToArray())];
        return Array.Exists(read, tensors => tensors.Length > 1) && read.SelectMany(tensors => tensors).Any(t => t.Quantization is null);
    }

    private static OnnxExport Export(ModelGraph graph, OnnxExportOptions options)
    {
        try
        {
            return OnnxExporter.Export(graph, options);
        }
        catch (NotSupportedException e)
        {
            throw new QuantizationException($"{graph.Name}: {e.Message} Floats are computed by ONNX Runtime: quantize the model with the TFLite converter (full integer quantization), and convert that.");
        }
    }

    private float[][] RunFrame(float[][] inputs)
    {
        if (_outputs.Length == 0) return [];

        OrtValue[] values = [.. inputs.Select((x, i) => OrtValue.CreateTensorValueFromMemory(x, _inputShapes[i]))];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, _inputs, values, _outputs);
            return [.. results.Select(Numbers)];
        }
        finally
        {
            foreach (OrtValue value in values) value.Dispose();
        }
    }

    /// <summary>Truth values are 1 and 0, indexes what they are.</summary>
    private static float[] Numbers(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Bool => Array.ConvertAll(value.GetTensorDataAsSpan<bool>().ToArray(), b => b ? 1f : 0),
        TensorElementType.Int32 => Array.ConvertAll(value.GetTensorDataAsSpan<int>().ToArray(), i => (float)i),
        _ => value.GetTensorDataAsSpan<float>().ToArray(),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
