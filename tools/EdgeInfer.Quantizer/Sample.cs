namespace EdgeInfer.Quantizer;

/// <summary>What a model is given at once, or, where it remembers, one frame after the other from the same beginning; and what it should say.</summary>
/// <param name="Inputs">Elements of every input of the model, in real numbers; images NHWC. Those of several frames one after the other.</param>
/// <param name="Label">Index of the right class; for anomaly detection 1 where something is wrong and 0 where not; -1 where it is not known.</param>
/// <param name="Source">File that it comes from, for messages and reports.</param>
/// <param name="Frames">How many inferences it takes; the label is that of the last.</param>
public sealed record Sample(float[][] Inputs, int Label, string Source, int Frames = 1)
{
    /// <summary>Makes one sample of frames that belong together.</summary>
    /// <param name="frames">For every frame the elements of every input; at least one frame.</param>
    /// <param name="label">Index of the right class, or -1.</param>
    /// <param name="source">File that they come from.</param>
    /// <returns>The sample.</returns>
    public static Sample OfFrames(IReadOnlyList<float[][]> frames, int label, string source) =>
        new(frames.Count == 1 ? frames[0] : [.. frames[0].Select((_, input) => frames.SelectMany(f => f[input]).ToArray())], label, source, frames.Count);
}
