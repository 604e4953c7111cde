using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Converter;

/// <summary>A blob and how it came about.</summary>
/// <param name="Blob">The bytes of the blob.</param>
/// <param name="Model">The blob, loaded and verified by the runtime.</param>
/// <param name="Graph">The graph after all passes.</param>
/// <param name="Packer">Records, tensors and constants.</param>
/// <param name="Plan">Layout of the arena, with its lower bound.</param>
public sealed record ConversionResult(byte[] Blob, Model Model, ModelGraph Graph, Packer Packer, ArenaPlan Plan);
