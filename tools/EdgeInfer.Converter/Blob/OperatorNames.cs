using System.Text;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Blob;

/// <summary>What a blob says about one record of its main program; for people and tools, not for the runtime.</summary>
/// <param name="Label">Operator in the source model, such as <c>CONV_2D (operator 3)</c>.</param>
/// <param name="Tensor">Name of the tensor that the record writes.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Scale">Its scale; 0 where it is not quantized.</param>
/// <param name="ZeroPoint">Its zero point.</param>
/// <param name="Macs">Multiply-accumulates of the record.</param>
public sealed record OperatorName(string Label, string Tensor, ElementType Type, IReadOnlyList<int> Shape, float Scale, int ZeroPoint, long Macs);

/// <summary>Reads and writes the chunk "OPER"; docs/blob-format.md specifies it.</summary>
public static class OperatorNames
{
    private const int LongestName = 96;

    /// <summary>Writes the chunk for the main program.</summary>
    /// <param name="packer">The packed model.</param>
    /// <returns>Content of the chunk.</returns>
    public static byte[] Write(Packer packer)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        HashSet<Operator> counted = [];
        foreach (PackedRecord record in packer.MainProgram)
        {
            if (!record.HasOutput)
            {
                WriteLoad(writer, record);
                continue;
            }

            GraphTensor tensor = record.Output.Source!;
            WriteText(writer, record.Source!.Label);
            WriteText(writer, tensor.Name);
            writer.Write((byte)tensor.Type);
            writer.Write((byte)tensor.Shape.Length);
            foreach (int dimension in tensor.Shape) writer.Write(dimension);
            writer.Write(tensor.Quantization?.Scale ?? 0f);
            writer.Write(tensor.Quantization?.ZeroPoint ?? 0);
            writer.Write(counted.Add(record.Source) ? record.Source.Macs : 0L);
        }

        return stream.ToArray();
    }

    /// <summary>Reads the chunk of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>One entry an operator; empty where the blob has no names or they are damaged.</returns>
    public static IReadOnlyList<OperatorName> Read(Model model)
    {
        byte[]? content = model.ReadMetadata(MetadataTag.Operators);
        if (content is null) return [];

        try
        {
            using BinaryReader reader = new(new MemoryStream(content));
            OperatorName[] names = new OperatorName[model.OperatorCount];
            for (int i = 0; i < names.Length; i++)
            {
                string label = ReadText(reader);
                string tensor = ReadText(reader);
                ElementType type = (ElementType)reader.ReadByte();
                int[] shape = new int[reader.ReadByte()];
                for (int d = 0; d < shape.Length; d++) shape[d] = reader.ReadInt32();
                names[i] = new OperatorName(label, tensor, type, shape, reader.ReadSingle(), reader.ReadInt32(), reader.ReadInt64());
            }

            return names;
        }
        catch (EndOfStreamException)
        {
            return [];
        }
    }

    /// <summary>A record that loads weights is named after the operator for which it does so first.</summary>
    private static void WriteLoad(BinaryWriter writer, PackedRecord record)
    {
        WriteText(writer, record.Source!.Label);
        WriteText(writer, "weights");
        writer.Write((byte)ElementType.Int8);
        writer.Write((byte)1);
        writer.Write(record[Kernels.LoadWeights.Count]);
        writer.Write(0f);
        writer.Write(0);
        writer.Write(0L);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.Length > LongestName ? text[..LongestName] : text);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    private static string ReadText(BinaryReader reader)
    {
        int length = reader.ReadUInt16();
        byte[] bytes = reader.ReadBytes(length);
        return bytes.Length == length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException();
    }
}
