using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Onnx.Import;

/// <summary>What a name of the file stands for: something known at import, something computed, or something that could not be imported.</summary>
/// <param name="Constant">The constant, or null.</param>
/// <param name="Activation">The computed value, or null.</param>
/// <param name="Quantization">
/// Scale and zero point, as of signed integers, of a computed value that stands between QuantizeLinear and DequantizeLinear or that a quantized operator
/// computes; null for real numbers.
/// </param>
internal sealed record OnnxValue(OnnxConstant? Constant, OnnxActivation? Activation, Quantization? Quantization = null)
{
    /// <summary>The result of an operator that could not be imported.</summary>
    public static OnnxValue Unknown { get; } = new(null, null);

    /// <summary>Element type of an input of integers, whose scale the operator that reads it knows; 0 for every other value.</summary>
    public int IntegerType { get; init; }

    /// <summary>Element type between QuantizeLinear and DequantizeLinear; 0 for every other value.</summary>
    public int QuantizedType { get; init; }

    /// <summary>True where an operator before could not be imported.</summary>
    public bool IsUnknown => Constant is null && Activation is null;
}
