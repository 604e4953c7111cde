namespace EdgeInfer.Quantizer;

/// <summary>What a model is given at once, and what it should say.</summary>
/// <param name="Inputs">Elements of every input of the model, in real numbers; images NHWC.</param>
/// <param name="Label">Index of the right class; for anomaly detection 1 where something is wrong and 0 where not; -1 where it is not known.</param>
/// <param name="Source">File that it comes from, for messages and reports.</param>
public sealed record Sample(float[][] Inputs, int Label, string Source);
