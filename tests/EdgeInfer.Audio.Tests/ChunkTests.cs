using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;

namespace EdgeInfer.Audio.Tests;

/// <summary>The chunk between converter and device: what is written is read, and what is wrong is refused before anything runs.</summary>
public class ChunkTests
{
    private static readonly byte[] Chunk = MicroFrontEndChunk.Write(MicroFrontEndConfiguration.MicroSpeech);

    public static TheoryData<string, int, int> WrongWords => new()
    {
        { "kind", 0, 99 },
        { "sample rate", 1, 0 },
        { "window samples", 2, 256 },
        { "window samples", 2, 513 },
        { "step samples", 3, 0 },
        { "step samples", 3, 481 },
        { "transform points", 4, 256 },
        { "channels", 5, 0 },
        { "channels", 5, 81 },
        { "first bin", 6, 0 },
        { "bins", 7, 0 },
        { "bins", 7, 252 },
        { "smoothing bits", 8, 17 },
        { "even smoothing", 9, 16385 },
        { "odd smoothing", 10, -1 },
        { "minimum signal", 11, 16385 },
        { "gain shift", 12, 32 },
        { "log shift", 13, 32 },
        { "window coefficients", 14, 241 },
    };

    [Theory]
    [MemberData(nameof(WrongWords))]
    public void A_word_out_of_range_is_named(string field, int word, int value)
    {
        byte[] chunk = [.. Chunk];
        BitConverter.TryWriteBytes(chunk.AsSpan(word * 4), value);
        BlobException refusal = Assert.Throws<BlobException>(() => FrontEnd.Create(chunk));
        Assert.Equal(("front end", field, word * 4), (refusal.Operator, refusal.Field, refusal.Position));
    }

    [Fact]
    public void Every_shorter_and_every_longer_chunk_is_refused()
    {
        for (int length = 0; length < Chunk.Length; length++) Assert.Throws<BlobException>(() => FrontEnd.Create(Chunk[..length]));
        Assert.Equal("end", Assert.Throws<BlobException>(() => FrontEnd.Create([.. Chunk, 0])).Field);
    }

    [Fact]
    public void Widths_that_do_not_add_up_to_the_bins_are_refused()
    {
        byte[] chunk = [.. Chunk];
        chunk[^1]++;
        Assert.Equal("channel widths", Assert.Throws<BlobException>(() => FrontEnd.Create(chunk)).Field);
    }

    [Fact]
    public void A_negative_unweight_is_refused()
    {
        byte[] chunk = [.. Chunk];
        BitConverter.TryWriteBytes(chunk.AsSpan(60 + (2 * new ChunkTables(Chunk).Window.Length)), (short)16384);
        Assert.Equal("filter bank", Assert.Throws<BlobException>(() => FrontEnd.Create(chunk)).Field);
    }

    [Fact]
    public void A_changed_chunk_is_refused_or_runs()
    {
        short[] samples = new short[1024];
        sbyte[] features = new sbyte[MicroFrontEndFormat.MaximumChannels];
        int ran = 0;
        Gen.Select(Gen.Int[0, Chunk.Length - 1], Gen.Byte, Gen.Int[0, 59], Gen.Byte, Gen.Int).Sample((at, value, head, other, seed) =>
        {
            byte[] chunk = [.. Chunk];
            chunk[at] = value;
            if ((seed & 1) == 0) chunk[head] = other;
            FrontEnd frontEnd;
            try
            {
                frontEnd = FrontEnd.Create(chunk);
            }
            catch (BlobException)
            {
                return;
            }

            for (int i = 0; i < samples.Length; i++) samples[i] = (short)(seed = (seed * 1103515245) + 12345 >> 8);
            frontEnd.Process(samples, 0, features, 0);
            frontEnd.Process(samples, samples.Length - frontEnd.WindowSamples, features, 0);
            ran++;
        }, iter: 5000, threads: 1);
        Assert.InRange(ran, 1, 5000);
    }

    [Fact]
    public void Frames_outside_their_arrays_are_refused()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        short[] samples = new short[500];
        sbyte[] features = new sbyte[50];
        Assert.Throws<ArgumentNullException>(() => frontEnd.Process(null, 0, features, 0));
        Assert.Throws<ArgumentNullException>(() => frontEnd.Process(samples, 0, null, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => frontEnd.Process(samples, 21, features, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => frontEnd.Process(samples, -1, features, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => frontEnd.Process(samples, 0, features, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => frontEnd.Process(samples, 0, features, -1));
        frontEnd.Process(samples, 20, features, 10);
    }

    [Theory]
    [InlineData("micro-speech")]
    [InlineData("band")]
    public void A_gain_is_the_same_as_louder_samples(string name)
    {
        byte[] chunk = FrontEndConfiguration.Named[name].WriteChunk();
        FrontEnd plain = FrontEnd.Create(chunk), amplified = FrontEnd.Create(chunk);
        amplified.GainBits = 4;
        Random random = new(1);
        sbyte[] expected = new sbyte[plain.Features], actual = new sbyte[plain.Features];
        for (int frame = 0; frame < 5; frame++)
        {
            short[] quiet = [.. Enumerable.Range(0, plain.WindowSamples).Select(_ => (short)random.Next(-2000, 2000))];
            plain.Process([.. quiet.Select(s => (short)(16 * s))], 0, expected, 0);
            amplified.Process(quiet, 0, actual, 0);
            Assert.Equal(expected, actual);
        }

        amplified.Process([.. Enumerable.Range(0, plain.WindowSamples).Select(i => (short)((i & 16) == 0 ? 32767 : -32768))], 0, actual, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => amplified.GainBits = 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => amplified.GainBits = -1);
    }

    [Fact]
    public void A_configuration_that_the_device_cannot_run_is_refused()
    {
        MicroFrontEndConfiguration good = MicroFrontEndConfiguration.MicroSpeech;
        MicroFrontEndConfiguration[] bad =
        [
            good with { WindowMilliseconds = 40 }, good with { SampleRate = 8000 }, good with { StepMilliseconds = 31 }, good with { Channels = 81 },
            good with { UpperBandLimit = 8001 }, good with { LowerBandLimit = 7500 }, good with { SmoothingBits = 17 }, good with { EvenSmoothing = 1.1f },
            good with { GainBits = 14 }, good with { LogScaleShift = 32 },
        ];
        Assert.All(bad, configuration => Assert.Throws<ConversionException>(() => MicroFrontEndChunk.Write(configuration)));
    }

    [Fact]
    public void Without_gain_control_there_is_no_table()
    {
        byte[] chunk = MicroFrontEndChunk.Write(MicroFrontEndConfiguration.MicroSpeech with { GainControl = false });
        Assert.Equal(Chunk.Length - (2 * MicroFrontEndFormat.GainNumbers), chunk.Length);
        FrontEnd.Create(chunk).Process(new short[480], 0, new sbyte[40], 0);
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        short[] samples = [.. Enumerable.Range(0, 480).Select(i => (short)(i * i))];
        sbyte[] features = new sbyte[40];
        frontEnd.Process(samples, 0, features, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) frontEnd.Process(samples, 0, features, 0);
        frontEnd.Reset();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
