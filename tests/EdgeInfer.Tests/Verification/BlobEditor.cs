using System.Buffers.Binary;
using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Tests.Verification;

/// <summary>A copy of a blob whose words can be read and changed by the names that the format gives them.</summary>
internal sealed class BlobEditor
{
    private readonly byte[] _blob;

    public BlobEditor(byte[] blob)
    {
        _blob = [.. blob];
        int position = HeaderOf(BlobFormat.TensorCountWord) * BlobFormat.TensorWords;
        Inputs = ReadPorts(ref position, HeaderOf(BlobFormat.InputCountWord));
        Outputs = ReadPorts(ref position, HeaderOf(BlobFormat.OutputCountWord));
        ResetProgram = ReadProgram(ref position, HeaderOf(BlobFormat.ResetCountWord));
        MainProgram = ReadProgram(ref position, HeaderOf(BlobFormat.OperatorCountWord));
        Tables = position;
    }

    /// <summary>Positions of the inputs in the words section.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Positions of the outputs in the words section.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>Positions of the records of the reset program in the words section.</summary>
    public IReadOnlyList<int> ResetProgram { get; }

    /// <summary>Positions of the records of the main program in the words section.</summary>
    public IReadOnlyList<int> MainProgram { get; }

    /// <summary>Position of the first word behind the records.</summary>
    public int Tables { get; }

    public int WordCount => HeaderOf(BlobFormat.WordCountWord);

    /// <summary>A word of the words section.</summary>
    public int this[int word]
    {
        get => BinaryPrimitives.ReadInt32LittleEndian(_blob.AsSpan(BlobFormat.HeaderBytes + (word * 4)));
        set => BinaryPrimitives.WriteInt32LittleEndian(_blob.AsSpan(BlobFormat.HeaderBytes + (word * 4)), value);
    }

    /// <summary>The bytes section and what follows it.</summary>
    public Span<byte> Bytes => _blob.AsSpan(BlobFormat.HeaderBytes + (4 * WordCount) + (2 * HeaderOf(BlobFormat.HalfCountWord)));

    public int HeaderOf(int word) => BinaryPrimitives.ReadInt32LittleEndian(_blob.AsSpan(word * 4));

    public void SetHeader(int word, int value) => BinaryPrimitives.WriteInt32LittleEndian(_blob.AsSpan(word * 4), value);

    /// <summary>The first record of a kind in the main program.</summary>
    public int Find(OperatorCode code) => MainProgram.First(r => this[r + Record.Code] == (int)code);

    /// <summary>The blob as changed, with a checksum that fits.</summary>
    public byte[] Seal()
    {
        byte[] blob = [.. _blob];
        BlobWriter.Seal(blob);
        return blob;
    }

    private int[] ReadPorts(ref int position, int count)
    {
        int[] ports = new int[count];
        for (int i = 0; i < count; i++)
        {
            ports[i] = position;
            position += BlobFormat.PortShape + this[position + BlobFormat.PortRank];
        }

        return ports;
    }

    private int[] ReadProgram(ref int position, int count)
    {
        int[] records = new int[count];
        for (int i = 0; i < count; i++)
        {
            records[i] = position;
            position += this[position + Record.Length];
        }

        return records;
    }
}
