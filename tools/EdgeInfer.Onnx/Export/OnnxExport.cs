using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Onnx;

/// <summary>A graph as an .onnx file.</summary>
/// <param name="File">Content of the file.</param>
/// <param name="Names">Names in the file of all activations of the graph.</param>
public sealed record OnnxExport(byte[] File, IReadOnlyDictionary<GraphTensor, string> Names);

/// <summary>What an exported .onnx file contains.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Make every activation an output, so that it can be looked at.</summary>
    public bool ExposeActivations { get; init; }

    /// <summary>
    /// Put QuantizeLinear and DequantizeLinear behind every tensor that carries a quantization, and store weights that carry one as int8 (QDQ form).
    /// Without it the quantization of tensors is left out.
    /// </summary>
    public bool Quantize { get; init; }
}
