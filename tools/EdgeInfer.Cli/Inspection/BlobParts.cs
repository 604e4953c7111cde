using System.Buffers.Binary;
using System.Text;

namespace EdgeInfer.Cli.Inspection;

/// <summary>A part of a blob.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record BlobPart(string Name, int Bytes);

/// <summary>What the bytes of a blob are spent on.</summary>
internal static class BlobParts
{
    private const int ChunkHead = 8;

    /// <summary>Splits a blob.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="model">The same, loaded.</param>
    /// <returns>The parts in the order of the file; they add up to its length.</returns>
    public static IReadOnlyList<BlobPart> Of(byte[] blob, Model model)
    {
        List<BlobPart> parts =
        [
            new("header", BlobFormat.HeaderBytes),
            new("tensors, inputs and outputs", 4 * model.ResetProgram),
            new("reset program", 4 * (model.MainProgram - model.ResetProgram)),
            new("operators", 4 * (model.Tables - model.MainProgram)),
            new("biases, scales and tables", 4 * (model.Header[BlobFormat.WordCountWord] - model.Tables)),
            new("16-bit constants", 2 * model.Halves.Length),
            new("weights and 8-bit tables", model.Header[BlobFormat.ByteCountWord]),
        ];
        for (int position = blob.Length - model.Header[BlobFormat.MetadataCountWord]; blob.Length - position >= ChunkHead;)
        {
            string tag = Encoding.ASCII.GetString(blob, position, 4);
            int length = ChunkHead + ((BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(position + 4)) + 3) & ~3);
            length = Math.Clamp(length, ChunkHead, blob.Length - position);
            parts.Add(new BlobPart($"metadata {tag} ({Describe(tag)})", length));
            position += length;
        }

        parts.RemoveAll(p => p.Bytes == 0);
        return parts;
    }

    private static string Describe(string tag) => tag switch
    {
        "SRCE" => "source",
        "TOOL" => "converter",
        "PLAN" => "planning",
        "RECI" => "quantization recipe",
        "LABL" => "labels",
        "PORT" => "names of inputs and outputs",
        "OPER" => "operator names",
        "TEST" => "self-test",
        "FRNT" => "front end",
        "DTCT" => "detector",
        "STRM" => "streaming",
        _ => "unknown",
    };
}
