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
            new("biases, scales and tables", 4 * (model.Words.Length - model.Tables)),
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

    /// <summary>Bytes that every record of the main program takes, its constants included.</summary>
    /// <param name="program">The program.</param>
    /// <returns>Bytes by record; constants that several records share count for the first.</returns>
    public static int[] OfRecords(ModelProgram program)
    {
        Model model = program.Model;
        List<(int Start, int Record)> bytes = [], halves = [], words = [];
        for (int position = model.ResetProgram; position < model.MainProgram; position += model.Words[position + Record.Length]) Collect(position, Record.None);
        foreach (ProgramRecord record in program.Records) Collect(record.Position, record.Index);

        int[] sizes = [.. program.Records.Select(r => 4 * model.Words[r.Position + Record.Length])];
        Share(bytes, model.Header[BlobFormat.ByteCountWord] - BlobFormat.BytesTail, 1);
        Share(halves, model.Halves.Length, 2);
        Share(words, model.Words.Length, 4);
        return sizes;

        void Collect(int position, int record)
        {
            RecordLayout layout = RecordLayout.Of(model, position);
            bytes.AddRange(layout.Bytes.Select(field => (model.Words[position + field], record)));
            halves.AddRange(layout.Halves.Select(field => (model.Words[position + field], record)));
            words.AddRange(layout.Words.Select(field => (model.Words[position + field], record)));
        }

        // Constants lie one behind the other, so each ends where the next begins.
        void Share(List<(int Start, int Record)> constants, int end, int width)
        {
            (int Start, int Record)[] owners = [.. constants.GroupBy(c => c.Start).Select(g => (g.Key, g.Min(c => c.Record))).Order()];
            for (int i = 0; i < owners.Length; i++)
            {
                int next = i + 1 < owners.Length ? owners[i + 1].Start : end;
                if (owners[i].Record != Record.None) sizes[owners[i].Record] += (next - owners[i].Start) * width;
            }
        }
    }

    private static string Describe(string tag) => tag switch
    {
        "SRCE" => "source",
        "TOOL" => "converter",
        "RECI" => "quantization recipe",
        "LABL" => "labels",
        "OPER" => "operator names",
        "TEST" => "self-test",
        "FRNT" => "front end",
        _ => "unknown",
    };
}
