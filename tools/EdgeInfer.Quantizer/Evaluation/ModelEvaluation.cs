using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Datasets;

namespace EdgeInfer.Quantizer.Evaluation;

/// <summary>What a model says to samples, and how much of it is right.</summary>
/// <param name="Outputs">For every sample the elements of all outputs, in real numbers, frame after frame.</param>
/// <param name="Scored">Index of the output that is held against the labels.</param>
/// <param name="Classes">For every sample the index of the largest element of that output, in the last frame; or the index, 0 or more, or truth value, that it is itself.</param>
/// <param name="Accuracy">Part of the samples whose class is right; null where labels are missing, or the model has no classes.</param>
/// <param name="Auc">Area under the receiver operating characteristic of anomaly scores; null unless the model reproduces its input and labels are 0 and 1.</param>
public sealed record ModelEvaluation(float[][][] Outputs, int Scored, int[] Classes, double? Accuracy, double? Auc)
{
    /// <summary>Which outputs are real numbers, rather than truth values or indexes.</summary>
    internal IReadOnlyList<bool> AreReal { get; init; } = [];

    /// <summary>Runs a graph of floats.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    /// <param name="quantize">Round tensors that carry a quantization, which foretells the integers' results closely and fast.</param>
    /// <param name="scored">Index of the output that is held against the labels.</param>
    /// <returns>What it says.</returns>
    public static ModelEvaluation OfFloat(ModelGraph graph, IReadOnlyList<Sample> samples, Action<double>? progress = null, bool quantize = false, int scored = 0)
    {
        using FloatReference reference = new(graph, quantize: quantize);
        float[][][] outputs = new float[samples.Count][][];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = reference.Run(samples[i].Inputs);
            progress?.Invoke((i + 1.0) / outputs.Length);
        }

        return Of(samples, outputs, [.. graph.Outputs.Select(t => t.Type == ElementType.Float32)], scored);
    }

    /// <summary>Runs a blob by the device's runtime.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    /// <param name="scored">Index of the output that is held against the labels.</param>
    /// <returns>What it says.</returns>
    public static ModelEvaluation OfBlob(byte[] blob, IReadOnlyList<Sample> samples, Action<double>? progress = null, int scored = 0)
    {
        Interpreter interpreter = new(Model.Load(blob));
        bool[] areReal = [.. Enumerable.Range(0, interpreter.OutputCount).Select(i => DeviceRun.IsReal(interpreter.Output(i)))];
        return Of(samples, DeviceRun.Of(blob, samples, progress), areReal, scored);
    }

    /// <summary>Finds the output that is held against labels.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="classes">Number of classes; 0 where it is not known.</param>
    /// <param name="name">Its name; null for the first that has an element for each class, or else the first.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="QuantizationException">No output has that name.</exception>
    public static int ScoredOutput(ModelGraph graph, int classes, string? name)
    {
        string[] names = [.. graph.Outputs.Select(t => t.Name)];
        if (name is null) return Math.Max(0, graph.Outputs.FindIndex(t => t.Count == classes));

        int found = PortMatch.Find(names, name);
        return found >= 0 ? found : throw new QuantizationException($"'{name}' is none of the model's outputs ({string.Join(", ", names)}).");
    }

    /// <summary>Judges outputs.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="outputs">For every sample the outputs of the model.</param>
    /// <param name="scored">Index of the output that is held against the labels.</param>
    /// <returns>The judgement.</returns>
    public static ModelEvaluation Of(IReadOnlyList<Sample> samples, float[][][] outputs, int scored = 0) => Of(samples, outputs, [.. outputs[0].Select(_ => true)], scored);

    private static ModelEvaluation Of(IReadOnlyList<Sample> samples, float[][][] outputs, bool[] areReal, int scored)
    {
        float[][] first = Array.ConvertAll(outputs, o => o[scored]);
        float[][] last = [.. first.Select((o, i) => o[^(o.Length / samples[i].Frames)..])];
        bool saysClass = !areReal[scored] && last.All(o => o is [>= 0]);
        int[] classes = Array.ConvertAll(last, o => saysClass ? (int)o[0] : ArgMax(o));
        bool isLabelled = samples.All(s => s.Label >= 0);
        bool reproduces = first[0].Length > 2 && samples[0].Inputs.Length == 1 && first[0].Length == samples[0].Inputs[0].Length && samples.All(s => s.Label <= 1);
        bool hasBoth = samples.Any(s => s.Label == 0) && samples.Any(s => s.Label == 1);
        double? auc = isLabelled && reproduces && hasBoth ? AreaUnderCurve(first.Select((o, i) => SquaredError(o, samples[i].Inputs[0])), samples.Select(s => s.Label == 1)) : null;
        bool isClassifier = isLabelled && !reproduces && (saysClass || (last[0].Length > 1 && samples.All(s => s.Label < last[0].Length)));
        double? accuracy = isClassifier ? classes.Where((c, i) => c == samples[i].Label).Count() / (double)classes.Length : null;
        return new ModelEvaluation(outputs, scored, classes, accuracy, auc) { AreReal = areReal };
    }

    /// <summary>How many classes there are, as far as outputs and labels tell; what an output says itself may be any number.</summary>
    /// <param name="samples">The samples, labelled.</param>
    /// <returns>The number.</returns>
    public long CountClasses(IReadOnlyList<Sample> samples) =>
        Math.Max(Math.Max(Outputs[0][Scored].Length / samples[0].Frames, Classes.Max() + 1L), samples.Max(s => s.Label) + 1L);

    /// <summary>How often each class was taken for each.</summary>
    /// <param name="samples">The samples, labelled.</param>
    /// <returns>Counts, first the right class, then what the model said.</returns>
    public int[,] Confusion(IReadOnlyList<Sample> samples)
    {
        long count = CountClasses(samples);
        int[,] counts = new int[count, count];
        for (int i = 0; i < Classes.Length; i++) counts[samples[i].Label, Classes[i]]++;
        return counts;
    }

    /// <summary>
    /// Signal-to-quantization-noise ratio of the outputs against those of another model. Of several outputs the noise of each counts against its own signal; that of truth values and indexes, which
    /// are right or wrong, only where there are no others.
    /// </summary>
    /// <param name="reference">What the outputs should be.</param>
    /// <returns>Decibels.</returns>
    public double Sqnr(ModelEvaluation reference) => Sqnr(Outputs, reference.Outputs, AreReal);

    /// <summary>The same of one output.</summary>
    /// <param name="reference">What it should be.</param>
    /// <param name="output">Its index.</param>
    /// <returns>Decibels.</returns>
    public double Sqnr(ModelEvaluation reference, int output) => Decibels(1, NoiseOf(output, Outputs, reference.Outputs));

    /// <summary>Signal-to-quantization-noise ratio of outputs.</summary>
    /// <param name="outputs">For every sample the outputs.</param>
    /// <param name="exact">What they should be.</param>
    /// <param name="areReal">Which outputs are real numbers; null for all.</param>
    /// <returns>Decibels.</returns>
    internal static double Sqnr(float[][][] outputs, float[][][] exact, IReadOnlyList<bool>? areReal = null)
    {
        int[] all = [.. Enumerable.Range(0, exact[0].Length)], real = [.. all.Where(o => areReal?[o] != false)];
        return Decibels(1, (real.Length > 0 ? real : all).Average(o => NoiseOf(o, outputs, exact)));
    }

    /// <summary>Ten times the logarithm of a ratio of powers.</summary>
    /// <param name="signal">Power of the signal.</param>
    /// <param name="noise">Power of the noise.</param>
    /// <returns>Decibels, at most 200.</returns>
    internal static double Decibels(double signal, double noise) => noise <= 0 ? 200 : signal <= 0 ? 0 : Math.Min(200, 10 * Math.Log10(signal / noise));

    /// <summary>Probability that an anomaly has a higher score than a normal sample; equal ones count half.</summary>
    internal static double AreaUnderCurve(IEnumerable<double> scores, IEnumerable<bool> areAnomalies)
    {
        (double Score, bool IsAnomaly)[] sorted = [.. scores.Zip(areAnomalies).OrderBy(p => p.First)];
        double rankSum = 0;
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            while (end < sorted.Length && sorted[end].Score.Equals(sorted[start].Score)) end++;
            for (int i = start; i < end; i++) rankSum += sorted[i].IsAnomaly ? (start + end + 1) / 2.0 : 0;
            start = end;
        }

        double anomalies = sorted.Count(p => p.IsAnomaly), normal = sorted.Length - anomalies;
        return (rankSum - (anomalies * (anomalies + 1) / 2)) / (anomalies * normal);
    }

    /// <summary>Power of an output's noise as a part of that of its signal.</summary>
    private static double NoiseOf(int output, float[][][] outputs, float[][][] exact)
    {
        double signal = 0, noise = 0;
        for (int s = 0; s < exact.Length; s++)
        {
            float[] wanted = exact[s][output], got = outputs[s][output];
            for (int i = 0; i < wanted.Length; i++)
            {
                signal += (double)wanted[i] * wanted[i];
                noise += ((double)got[i] - wanted[i]) * ((double)got[i] - wanted[i]);
            }
        }

        return noise <= 0 ? 0 : signal <= 0 ? 1 : noise / signal;
    }

    private static double SquaredError(float[] output, float[] input)
    {
        double sum = 0;
        for (int i = 0; i < output.Length; i++) sum += (output[i] - (double)input[i]) * (output[i] - (double)input[i]);
        return sum / output.Length;
    }

    private static int ArgMax(float[] values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++) best = values[i] > values[best] ? i : best;
        return best;
    }
}
