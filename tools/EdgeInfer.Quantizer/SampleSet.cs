using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Quantizer;

/// <summary>Samples that have been checked against a model.</summary>
public sealed class SampleSet
{
    private const int LeastToDivide = 8;

    private SampleSet(IReadOnlyList<Sample> samples) => Samples = samples;

    /// <summary>The samples.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>True where every sample says what is right.</summary>
    public bool IsLabelled => Samples.All(s => s.Label >= 0);

    /// <summary>Checks samples against a model.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="graph">The model.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="QuantizationException">There are none, or one does not fit or holds something that is no number.</exception>
    public static SampleSet For(IReadOnlyList<Sample> samples, ModelGraph graph)
    {
        if (samples.Count == 0) throw new QuantizationException("There are no samples. Give a folder or a file with at least one.");
        foreach (Sample sample in samples)
        {
            if (sample.Inputs.Length != graph.Inputs.Count) throw new QuantizationException($"{sample.Source}: it has {sample.Inputs.Length} inputs, the model {graph.Inputs.Count}.");
            for (int i = 0; i < sample.Inputs.Length; i++)
            {
                GraphTensor input = graph.Inputs[i];
                if (sample.Inputs[i].Length != (long)sample.Frames * input.Count)
                {
                    string frames = sample.Frames == 1 ? string.Empty : $" in {sample.Frames} frames";
                    throw new QuantizationException($"{sample.Source}: {sample.Inputs[i].Length} numbers{frames} do not fit the input '{input.Name}' [{string.Join(',', input.Shape)}] of {input.Count}.");
                }

                int bad = Array.FindIndex(sample.Inputs[i], v => !float.IsFinite(v));
                if (bad >= 0) throw new QuantizationException($"{sample.Source}: number {bad} is {sample.Inputs[i][bad]}. Leave such samples out, or mend what made them.");
            }
        }

        return new SampleSet(samples);
    }

    /// <summary>
    /// Divides the samples in two halves that have nothing in common: of each class, in the order of the set, every other one goes to the first.
    /// </summary>
    /// <returns>Samples to calibrate with, and samples to measure on.</returns>
    /// <exception cref="QuantizationException">There are too few.</exception>
    public (SampleSet Calibration, SampleSet Measured) Halves()
    {
        if (Samples.Count < LeastToDivide)
        {
            throw new QuantizationException($"There are {Samples.Count} samples; a recipe can be chosen from {LeastToDivide} on, of which half calibrate and the others measure. Give more, or a recipe: --recipe default");
        }

        Dictionary<int, int> seen = [];
        ILookup<bool, Sample> halves = Samples.ToLookup(s => (seen[s.Label] = seen.GetValueOrDefault(s.Label) + 1) % 2 == 1);
        return (new SampleSet([.. halves[true]]), new SampleSet([.. halves[false]]));
    }

    /// <summary>Picks samples, evenly from all over the set and always the same ones.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>The samples.</returns>
    public IReadOnlyList<Sample> Pick(int count) =>
        count >= Samples.Count ? Samples : [.. Enumerable.Range(0, count).Select(i => Samples[(int)((long)i * Samples.Count / count)])];
}
