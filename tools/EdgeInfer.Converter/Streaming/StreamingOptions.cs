namespace EdgeInfer.Converter.Streaming;

/// <summary>How a windowed model is made a streaming one.</summary>
/// <param name="Hop">New frames an inference; null for as few as the strides allow.</param>
public sealed record StreamingOptions(int? Hop = null);
