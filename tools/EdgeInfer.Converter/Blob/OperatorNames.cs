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
        byte[] label = [], name = [];
        foreach (PackedRecord record in packer.MainProgram)
        {
            if (!record.HasOutput) continue;

            GraphTensor tensor = record.Output.Source!;
            WriteText(writer, ref label, record.Source!.Label);
            WriteText(writer, ref name, tensor.Name);
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
            int position = model.MainProgram;
            byte[] labelBytes = [], nameBytes = [];
            List<(int Index, int Record)> loads = [];
            for (int i = 0; i < names.Length; i++, position += model.Words[position + Record.Length])
            {
                if (model.Words[position + Record.Output] == Record.None)
                {
                    loads.Add((i, position));
                    continue;
                }

                string label = ReadText(reader, ref labelBytes);
                string tensor = ReadText(reader, ref nameBytes);
                ElementType type = (ElementType)reader.ReadByte();
                int[] shape = new int[reader.ReadByte()];
                for (int d = 0; d < shape.Length; d++) shape[d] = reader.ReadInt32();
                names[i] = new OperatorName(label, tensor, type, shape, reader.ReadSingle(), reader.ReadInt32(), reader.ReadInt64());
                foreach ((int index, int record) in loads) names[index] = NameOfLoad(model, record, label);
                loads.Clear();
            }

            return names;
        }
        catch (EndOfStreamException)
        {
            return [];
        }
    }

    /// <summary>What a load is called, for which nothing is stored: it is named after the operator for which it does so first.</summary>
    private static OperatorName NameOfLoad(Model model, int record, string label)
    {
        bool tables = model.Words[record + Record.Code] == (int)OperatorCode.LoadTables;
        int count = model.Words[record + (tables ? Kernels.LoadTables.Count : Kernels.LoadWeights.Count)];
        return new OperatorName(label, tables ? "tables" : "weights", tables ? ElementType.Int32 : ElementType.Int8, [count], 0, 0, 0);
    }

    /// <summary>Names of neighbours begin alike: only what is different is stored.</summary>
    private static void WriteText(BinaryWriter writer, ref byte[] before, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.Length > LongestName ? text[..LongestName] : text);
        int shared = Math.Min(before.AsSpan().CommonPrefixLength(bytes), byte.MaxValue);
        writer.Write((byte)shared);
        writer.Write((ushort)(bytes.Length - shared));
        writer.Write(bytes.AsSpan(shared));
        before = bytes;
    }

    private static string ReadText(BinaryReader reader, ref byte[] before)
    {
        int shared = reader.ReadByte(), length = reader.ReadUInt16();
        byte[] rest = reader.ReadBytes(length);
        if (shared > before.Length || rest.Length < length) throw new EndOfStreamException();

        before = [.. before[..shared], .. rest];
        return Encoding.UTF8.GetString(before);
    }
}
