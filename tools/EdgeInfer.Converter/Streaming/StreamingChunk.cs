using System.Buffers.Binary;
using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Converter.Streaming;

/// <summary>What a blob says about a windowed model that was made a streaming one; docs/blob-format.md specifies the chunk "STRM".</summary>
/// <param name="HopFrames">New frames an inference.</param>
/// <param name="WindowFrames">Frames of the window that the outputs stand for.</param>
/// <param name="FrameElements">Elements of a frame.</param>
/// <param name="WarmUpInferences">Inferences after a reset until a whole window has gone in.</param>
/// <param name="WindowMacs">Multiply-accumulates of an inference over the whole window.</param>
public sealed record StreamingChunk(int HopFrames, int WindowFrames, int FrameElements, int WarmUpInferences, long WindowMacs)
{
    private const int Words = 6;

    /// <summary>Reads the chunk of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The content; null where there is none, or it is damaged.</returns>
    public static StreamingChunk? Read(Model model)
    {
        if (model.ReadMetadata(MetadataTag.Streaming) is not { Length: Words * sizeof(int) } content) return null;

        int Word(int index) => BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(index * sizeof(int)));
        return new StreamingChunk(Word(0), Word(1), Word(2), Word(3), (uint)Word(4) | ((long)Word(5) << 32));
    }

    /// <summary>Writes the chunk.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] Write()
    {
        int[] words = [HopFrames, WindowFrames, FrameElements, WarmUpInferences, (int)WindowMacs, (int)(WindowMacs >> 32)];
        byte[] content = new byte[Words * sizeof(int)];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(i * sizeof(int)), words[i]);
        return content;
    }
}
