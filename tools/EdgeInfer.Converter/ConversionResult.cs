using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Planning;
using EdgeInfer.Converter.Streaming;

namespace EdgeInfer.Converter;

/// <summary>A blob and how it came about.</summary>
/// <param name="Blob">The bytes of the blob.</param>
/// <param name="Model">The blob, loaded and verified by the runtime.</param>
/// <param name="Graph">The graph after all passes.</param>
/// <param name="Packer">Records, tensors and constants.</param>
/// <param name="Plan">Layout of the arena, with its lower bound.</param>
public sealed record ConversionResult(byte[] Blob, Model Model, ModelGraph Graph, Packer Packer, ArenaPlan Plan)
{
    /// <summary>How the model was made to take new frames only; null where it was not.</summary>
    public StreamedModel? Streaming { get; init; }

    /// <summary>The windowed model that a streamed one was made from, converted; null where it was not.</summary>
    public Model? Windowed { get; init; }

    /// <summary>Inferences on random frames after which a streamed model gave what the windowed one gives.</summary>
    public int CheckedInferences { get; init; }
}
