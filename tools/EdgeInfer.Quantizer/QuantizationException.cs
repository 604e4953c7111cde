namespace EdgeInfer.Quantizer;

/// <summary>Sample data cannot be used. The message says which, and what to do.</summary>
/// <param name="message">The message.</param>
public sealed class QuantizationException(string message) : Exception(message);
