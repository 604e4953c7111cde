using EdgeInfer.Converter;
using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Tests.Verification;

/// <summary>Blobs that are cut off, damaged or of another kind.</summary>
public class BlobIntegrityTests
{
    public static TheoryData<string> Samples => SampleGraphs.All;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_loads_and_stays_within_its_memory(string sample)
    {
        ConversionResult result = SampleGraphs.Convert(sample);
        GuardedRun.Check(result.Model, GuardedRun.OperandFields([result]));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Truncation_at_every_length_is_refused(string sample)
    {
        byte[] blob = SampleGraphs.Blob(sample);
        for (int length = 0; length < blob.Length; length++)
        {
            BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(blob[..length]));
            Assert.Equal(("header", "length", BlobFormat.LengthWord * 4), (refusal.Operator, refusal.Field, refusal.Position));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Truncation_that_admits_its_length_is_refused(string sample)
    {
        byte[] blob = SampleGraphs.Blob(sample);
        for (int length = BlobFormat.HeaderBytes; length < blob.Length; length++)
        {
            byte[] cut = blob[..length];
            BitConverter.GetBytes(length).CopyTo(cut, BlobFormat.LengthWord * 4);
            BlobWriter.Seal(cut);
            BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(cut));
            Assert.Equal(("header", "sections"), (refusal.Operator, refusal.Field));
        }
    }

    [Fact]
    public void Bytes_behind_the_end_are_refused()
    {
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load([.. SampleGraphs.Blob("network"), 0, 0, 0, 0]));
        Assert.Equal("length", refusal.Field);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_flipped_bit_is_noticed(string sample)
    {
        byte[] blob = SampleGraphs.Blob(sample);
        for (int bit = 0; bit < blob.Length * 8; bit++)
        {
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
            BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(blob));
            Assert.Equal("header", refusal.Operator);
            if (bit / 8 >= BlobFormat.HeaderBytes) Assert.Equal("checksum", refusal.Field);
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Model.Load(blob);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void Another_version_is_refused(int version)
    {
        BlobEditor editor = new(SampleGraphs.Blob("network"));
        editor.SetHeader(BlobFormat.VersionWord, version);
        Refusal.Expect(editor, "header", "version", BlobFormat.VersionWord * 4, "convert the model again");
    }

    [Fact]
    public void Another_file_is_refused()
    {
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load([.. "TFL3"u8, .. new byte[200]]));
        Assert.Equal("magic", refusal.Field);
    }

    [Theory]
    [InlineData(BlobFormat.WordCountWord, -1, "counts")]
    [InlineData(BlobFormat.TensorCountWord, int.MinValue, "counts")]
    [InlineData(BlobFormat.TensorCountWord, 1 << 28, "tensors")]
    [InlineData(BlobFormat.HalfCountWord, 1, "halves")]
    [InlineData(BlobFormat.ByteCountWord, 2, "bytes")]
    [InlineData(BlobFormat.MetadataCountWord, 3, "metadata")]
    [InlineData(BlobFormat.WordCountWord, 1, "sections")]
    [InlineData(BlobFormat.MacsHighWord, -1, "macs")]
    [InlineData(BlobFormat.TableBufferWord, 1, "table buffer")]
    [InlineData(BlobFormat.TableBufferWord, -1, "table buffer")]
    [InlineData(BlobFormat.TableBufferWord, 1 << 20, "table buffer")]
    [InlineData(BlobFormat.WeightBufferWord, 1 << 20, "weight buffer")]
    [InlineData(BlobFormat.ArenaWord, int.MaxValue, "arena")]
    [InlineData(BlobFormat.ArenaWord + (int)TensorType.Tile, int.MaxValue, "arena")]
    [InlineData(BlobFormat.ArenaWord + (int)TensorType.UInt8, 1, "arena")]
    [InlineData(BlobFormat.ArenaWord, 1 << 20, "arena")]
    public void A_wrong_header_is_refused(int word, int value, string field)
    {
        BlobEditor editor = new(SampleGraphs.Blob("network"));
        editor.SetHeader(word, value);
        Refusal.Expect(editor, "header", field);
    }
}
