namespace EdgeInfer.Onnx;

/// <summary>What an inference leaves for the next, in a graph whose operators remember: an output that is to be given back as an input.</summary>
/// <param name="Input">Name of the input; zeros to begin with.</param>
/// <param name="Output">Name of the output.</param>
/// <param name="Shape">Dimensions of both.</param>
public sealed record OnnxState(string Input, string Output, int[] Shape);
