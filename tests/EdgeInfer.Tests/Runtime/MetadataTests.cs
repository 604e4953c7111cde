using System.Buffers.Binary;
using System.Text;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>What a blob says about itself, and its self-test.</summary>
public class MetadataTests
{
    [Fact]
    public void Labels_are_read_as_they_were_given() =>
        Assert.Equal(["yes", "no", "größer", "无🙂"], Labels.Read(SampleGraphs.Convert("network").Model));

    [Fact]
    public void A_blob_without_labels_has_none() => Assert.Empty(Labels.Read(SampleGraphs.Convert("copy").Model));

    [Fact]
    public void Source_and_tool_are_named()
    {
        Model model = SampleGraphs.Convert("network").Model;
        byte[] source = model.ReadMetadata(MetadataTag.Source);
        Assert.Equal(new byte[32], source[..32]);
        Assert.Equal("network", Encoding.UTF8.GetString(source[32..]));
        Assert.StartsWith("EdgeInfer ", Encoding.UTF8.GetString(model.ReadMetadata(MetadataTag.Tool)), StringComparison.Ordinal);
        Assert.Null(model.ReadMetadata(0x12345678));
    }

    [Fact]
    public void Operators_are_named()
    {
        IReadOnlyList<OperatorName> names = OperatorNames.Read(SampleGraphs.Convert("network").Model);
        Assert.Equal(["first", "second", "third", "scores"], names.Select(n => n.Tensor));
        Assert.Equal([1, 3, 3, 4], names[0].Shape);
        Assert.Equal(0.1f, names[0].Scale);
        Assert.Equal(3 * 3 * 4 * 9, names[0].Macs);
        Assert.Equal(SampleGraphs.Convert("network").Model.Macs, names.Sum(n => n.Macs));
        Assert.Empty(OperatorNames.Read(SampleGraphs.Convert("copy").Model));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(100_000)]
    public void A_chunk_that_leaves_the_section_is_not_there(int length)
    {
        byte[] blob = SampleGraphs.Blob("network");
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(ChunkOf(blob, "LABL") + 4), length);
        BlobWriter.Seal(blob);
        Assert.Empty(Labels.Read(Model.Load(blob)));
    }

    [Fact]
    public void The_self_test_passes()
    {
        Interpreter interpreter = new(SampleGraphs.Convert("network").Model);
        Assert.Equal(SelfTest.Passed, SelfTest.Run(interpreter));
        Assert.Equal(SelfTest.Passed, SelfTest.Run(interpreter));
    }

    [Fact]
    public void The_self_test_names_the_first_operator_that_differs()
    {
        BlobEditor editor = new(SampleGraphs.Blob("network"));
        for (int i = 0; i < editor.MainProgram.Count; i++)
        {
            // One of the two must show, even where the channel is at a limit already.
            int[] found = [SelfTest.Run(new Interpreter(Model.Load(SetBias(editor, i, 1 << 20)))), SelfTest.Run(new Interpreter(Model.Load(SetBias(editor, i, -1 << 20))))];
            Assert.Equal(i, found.Max());
            Assert.Contains(found.Min(), (int[])[i, SelfTest.Passed]);
        }
    }

    [Fact]
    public void The_self_test_covers_the_outputs_of_later_frames()
    {
        byte[] blob = SampleGraphs.Blob("network");
        blob[ChunkOf(blob, "TEST") + 8 + 12] ^= 1;
        BlobWriter.Seal(blob);
        Model model = Model.Load(blob);
        Assert.Equal(model.OperatorCount, SelfTest.Run(new Interpreter(model)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(SelfTest.MaximumFrames + 1)]
    [InlineData(int.MaxValue)]
    public void A_self_test_without_end_is_refused(int frames)
    {
        byte[] blob = SampleGraphs.Blob("network");
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(ChunkOf(blob, "TEST") + 8), frames);
        BlobWriter.Seal(blob);
        Assert.Throws<InvalidOperationException>(() => SelfTest.Run(new Interpreter(Model.Load(blob))));
    }

    [Fact]
    public void A_blob_without_self_test_says_so() =>
        Assert.Throws<InvalidOperationException>(() => SelfTest.Run(new Interpreter(SampleGraphs.Convert("copy").Model)));

    /// <summary>Byte position of a chunk.</summary>
    private static int ChunkOf(byte[] blob, string tag)
    {
        int position = blob.Length - BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(BlobFormat.MetadataCountWord * 4));
        while (Encoding.ASCII.GetString(blob, position, 4) != tag)
        {
            position += 8 + ((BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(position + 4)) + 3) & ~3);
        }

        return position;
    }

    private static byte[] SetBias(BlobEditor editor, int index, int value)
    {
        int record = editor.MainProgram[index];
        int channels = (OperatorCode)editor[record] switch
        {
            OperatorCode.Conv2D => Kernels.Conv2D.Channels,
            OperatorCode.DepthwiseConv2D => Kernels.DepthwiseConv2D.Channels,
            _ => Kernels.FullyConnected.Channels,
        };
        int bias = editor[record + channels + Channel.Biases];
        int old = editor[bias];
        editor[bias] = value;
        byte[] changed = editor.Seal();
        editor[bias] = old;
        return changed;
    }
}
