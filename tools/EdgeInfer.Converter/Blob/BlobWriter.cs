using System.Buffers.Binary;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Blob;

/// <summary>Writes a packed and planned model as one blob.</summary>
public static class BlobWriter
{
    /// <summary>Writes the blob.</summary>
    /// <param name="packer">Records, tensors with their offsets, and constants.</param>
    /// <param name="metadata">Chunks, by tag.</param>
    /// <returns>The bytes of the blob.</returns>
    public static byte[] Write(Packer packer, IReadOnlyList<KeyValuePair<int, byte[]>> metadata)
    {
        List<int> words = [];
        foreach (PackedTensor tensor in packer.Tensors)
        {
            words.Add(BlobFormat.KindOf(tensor.Type, tensor.IsPersistent, tensor.Whole is null ? Record.None : tensor.Whole.Index));
            words.Add(tensor.Offset);
            words.Add(tensor.Count);
        }

        foreach (GraphTensor port in packer.Graph.Inputs.Concat(packer.Graph.Outputs))
        {
            words.Add(packer.TensorFor(port).Index * BlobFormat.TensorWords);
            words.Add(BitConverter.SingleToInt32Bits(port.Quantization?.Scale ?? 0));
            words.Add(port.Quantization?.ZeroPoint ?? 0);
            words.Add(port.Shape.Length);
            words.AddRange(port.Shape);
        }

        PackedRecord[] records = [.. packer.ResetProgram, .. packer.MainProgram];
        int tables = words.Count + records.Sum(r => r.Length);
        int end = tables + packer.Constants.Words.Count;
        foreach (PackedRecord record in records) words.AddRange(record.Resolve(tables, end));
        words.AddRange(packer.Constants.Words);

        int[] header = new int[BlobFormat.HeaderWords];
        header[BlobFormat.MagicWord] = BlobFormat.Magic;
        header[BlobFormat.VersionWord] = BlobFormat.Version;
        header[BlobFormat.WordCountWord] = words.Count;
        header[BlobFormat.HalfCountWord] = (packer.Constants.Halves.Count + 1) & ~1;
        header[BlobFormat.ByteCountWord] = (packer.Constants.Bytes.Count + BlobFormat.BytesTail + 3) & ~3;
        header[BlobFormat.MetadataCountWord] = metadata.Sum(chunk => 8 + ((chunk.Value.Length + 3) & ~3));
        header[BlobFormat.TensorCountWord] = packer.Tensors.Count;
        header[BlobFormat.InputCountWord] = packer.Graph.Inputs.Count;
        header[BlobFormat.OutputCountWord] = packer.Graph.Outputs.Count;
        header[BlobFormat.ResetCountWord] = packer.ResetProgram.Count;
        header[BlobFormat.OperatorCountWord] = packer.MainProgram.Count;
        foreach (PackedTensor tensor in packer.Tensors)
        {
            int word = BlobFormat.ArenaWord + (int)(tensor.Type == TensorType.UInt8 ? TensorType.Int8 : tensor.Type);
            header[word] = Math.Max(header[word], tensor.Offset + tensor.Count);
        }

        header[BlobFormat.WeightBufferWord] = packer.WeightBufferBytes;
        header[BlobFormat.TableBufferWord] = packer.TableBufferWords;
        header[BlobFormat.MacsLowWord] = (int)packer.Graph.Macs;
        header[BlobFormat.MacsHighWord] = (int)(packer.Graph.Macs >> 32);
        header[BlobFormat.LengthWord] = BlobFormat.HeaderBytes + (4 * header[BlobFormat.WordCountWord]) + (2 * header[BlobFormat.HalfCountWord])
            + header[BlobFormat.ByteCountWord] + header[BlobFormat.MetadataCountWord];

        byte[] blob = new byte[header[BlobFormat.LengthWord]];
        int position = WriteWords(blob, 0, header);
        position = WriteWords(blob, position, words);
        for (int i = 0; i < packer.Constants.Halves.Count; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(blob.AsSpan(position + (2 * i)), packer.Constants.Halves[i]);
        }

        position += 2 * header[BlobFormat.HalfCountWord];
        for (int i = 0; i < packer.Constants.Bytes.Count; i++) blob[position + i] = packer.Constants.Bytes[i];
        position += header[BlobFormat.ByteCountWord];
        foreach ((int tag, byte[] content) in metadata)
        {
            position = WriteWords(blob, position, [tag, content.Length]);
            content.CopyTo(blob, position);
            position += (content.Length + 3) & ~3;
        }

        Seal(blob);
        return blob;
    }

    /// <summary>Sets the checksum of a blob whose content is complete.</summary>
    /// <param name="blob">The blob, changed in place.</param>
    public static void Seal(byte[] blob)
    {
        Crc32 crc = new();
        crc.Append(blob, BlobFormat.ChecksumStart, blob.Length - BlobFormat.ChecksumStart);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(BlobFormat.ChecksumWord * 4), crc.Value);
    }

    private static int WriteWords(byte[] blob, int position, IEnumerable<int> words)
    {
        foreach (int word in words)
        {
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(position), word);
            position += 4;
        }

        return position;
    }
}
