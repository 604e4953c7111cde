using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>Blobs that do not lie in memory: a file, a resource read in parts.</summary>
public class BlobSourceTests
{
    /// <summary>Samples whose weights are loaded as a whole; those of the other have tests of their own.</summary>
    public static TheoryData<string> Samples => [.. SampleGraphs.Names.Where(n => n is not SampleGraphs.StreamedSample and not SampleGraphs.TableSample)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_streamed_blob_runs_as_one_in_memory(string sample)
    {
        byte[] blob = SampleGraphs.Blob(sample);
        Model whole = Model.Load(blob);
        Model streamed = Model.Load(new StreamedBlob(blob));

        Assert.Equal(whole.Header, streamed.Header);
        Assert.Equal(whole.Words, streamed.Words);
        Assert.Equal(whole.Halves, streamed.Halves);
        Assert.Same(blob, whole.Bytes);
        Assert.Equal(0, streamed.BytesStart);
        Assert.Equal(whole.Header[BlobFormat.ByteCountWord], streamed.Bytes.Length);
        Assert.Equal(blob[whole.BytesStart..(whole.BytesStart + streamed.Bytes.Length)], streamed.Bytes);
        Assert.Equal(Frames.Run(new Interpreter(whole), 2, 3), Frames.Run(new Interpreter(streamed), 2, 3));
        Assert.Equal(Labels.Read(whole), Labels.Read(streamed));
    }

    [Fact]
    public void A_damaged_stream_is_refused()
    {
        byte[] blob = SampleGraphs.Blob("network");
        for (int position = 0; position < blob.Length; position += 13)
        {
            byte[] damaged = [.. blob];
            damaged[position] ^= 0x10;
            BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(new StreamedBlob(damaged)));
            Assert.Equal("header", refusal.Operator);
        }
    }

    [Fact]
    public void A_stream_that_ends_early_is_refused() =>
        Assert.Throws<BlobException>(() => Model.Load(new StreamedBlob(SampleGraphs.Blob("network")[..^1])));

    /// <summary>Gives parts only, and only such as lie within the blob and the buffer.</summary>
    private sealed class StreamedBlob(byte[] blob) : BlobSource
    {
        public override int Length => blob.Length;

        public override void Read(int position, byte[] buffer, int offset, int count)
        {
            Assert.InRange(position, 0, blob.Length);
            Assert.InRange(count, 0, blob.Length - position);
            Assert.InRange(offset, 0, buffer.Length - count);
            blob.AsSpan(position, count).CopyTo(buffer.AsSpan(offset));
        }
    }
}
