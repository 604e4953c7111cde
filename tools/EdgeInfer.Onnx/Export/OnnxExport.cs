using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Onnx;

/// <summary>A graph as an .onnx file.</summary>
/// <param name="File">Content of the file.</param>
/// <param name="Names">Names in the file of all activations of the graph.</param>
/// <param name="States">What an inference leaves for the next; none where operators remember nothing.</param>
public sealed record OnnxExport(byte[] File, IReadOnlyDictionary<GraphTensor, string> Names, IReadOnlyList<OnnxState> States);

/// <summary>What an exported .onnx file contains.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Make every activation an output, so that it can be looked at.</summary>
    public bool ExposeActivations { get; init; }

    /// <summary>Let LSTMs go on from what the inference before has left, as those beside operators that remember frames do in any case. Without it they begin with zeros.</summary>
    public bool CarryStates { get; init; }

    /// <summary>
    /// Put QuantizeLinear and DequantizeLinear behind every tensor that carries a quantization, and store weights that carry one as int8 (QDQ form).
    /// Without it the quantization of tensors is left out.
    /// </summary>
    public bool Quantize { get; init; }
}
