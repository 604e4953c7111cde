namespace EdgeInfer.Onnx.Import;

/// <summary>How to do without an operator that is not supported.</summary>
internal static class OnnxAdvice
{
    private const string OtherOperators = "Build the layer from the operators of docs/onnx.md";
    private const string AfterTheModel = "End the model before it, and compute the rest in C# from the model's output";
    private const string BeforeTheModel = "Compute it in C# before the model, whose input it becomes";
    private const string Fixed = "Export the model with fixed shapes and sequence lengths, without loops and conditions (torch.onnx.export without dynamic_axes unrolls them)";
    private const string RuntimeFusions = "Optimize the model for no execution provider: onnxruntime fuses operators into its own ones at optimization levels above basic";

    private static readonly Dictionary<string, string> Advice = new(StringComparer.Ordinal)
    {
        ["Attention"] = "Export attention as matrix products and a softmax (opset_version below 23)",
        ["Bernoulli"] = "Export the model in evaluation mode (model.eval())",
        ["ConvInteger"] = "Quantize with quantize_static, which writes QuantizeLinear and DequantizeLinear; quantize_dynamic does not",
        ["CumSum"] = AfterTheModel,
        ["DFT"] = "Compute the features before the model; docs/audio.md has front ends",
        ["DynamicQuantizeLinear"] = "Quantize with quantize_static, which writes QuantizeLinear and DequantizeLinear; quantize_dynamic does not",
        ["Einsum"] = "Write it as transpositions and matrix products",
        ["GroupNormalization"] = "Use batch normalization, which is folded into the convolution before it",
        ["Hardmax"] = AfterTheModel,
        ["If"] = Fixed,
        ["LRN"] = "Use batch normalization, which is folded into the convolution before it",
        ["Loop"] = Fixed,
        ["MatMulInteger"] = "Quantize with quantize_static, which writes QuantizeLinear and DequantizeLinear; quantize_dynamic does not",
        ["MelWeightMatrix"] = "Compute the features before the model; docs/audio.md has front ends",
        ["Mod"] = BeforeTheModel,
        ["Multinomial"] = AfterTheModel,
        ["NonMaxSuppression"] = AfterTheModel,
        ["NonZero"] = AfterTheModel,
        ["OneHot"] = BeforeTheModel,
        ["RandomNormal"] = "Export the model in evaluation mode (model.eval())",
        ["RandomUniform"] = "Export the model in evaluation mode (model.eval())",
        ["STFT"] = "Compute the features before the model; docs/audio.md has front ends",
        ["Scan"] = Fixed,
        ["SequenceAt"] = Fixed,
        ["SequenceConstruct"] = Fixed,
        ["TfIdfVectorizer"] = BeforeTheModel,
        ["TopK"] = AfterTheModel,
        ["Unique"] = AfterTheModel,
    };

    /// <summary>Names of the operators with advice of their own.</summary>
    public static IEnumerable<string> Names => Advice.Keys;

    /// <summary>What a user can do.</summary>
    /// <param name="type">Name of the operator.</param>
    /// <param name="domain">Who defines it; empty for the standard.</param>
    /// <returns>A sentence without its full stop.</returns>
    public static string For(string type, string domain) =>
        domain is "com.microsoft" or "com.microsoft.nchwc" ? RuntimeFusions : Advice.GetValueOrDefault(type, OtherOperators);
}
