namespace EdgeInfer.Compiler;

/// <summary>A model cannot be compiled as it was asked for.</summary>
/// <param name="message">What is wrong, as a sentence that begins in lower case.</param>
public sealed class CompilationException(string message) : Exception(message);
