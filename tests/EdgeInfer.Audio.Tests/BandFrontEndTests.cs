using CsCheck;
using EdgeInfer.Audio.Tests.Oracles;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;

namespace EdgeInfer.Audio.Tests;

/// <summary>The band front end: its lanes against plain numbers, its bands against a transform in double precision, and its chunk.</summary>
public class BandFrontEndTests
{
    private static readonly BandFrontEndConfiguration Configuration = new() { StepSamples = 384, TransformSpacing = 128 };
    private static readonly byte[] Chunk = Configuration.WriteChunk();

    private const int Words = 7;
    private static readonly byte[] Window = Chunk[(4 * Words)..((4 * Words) + 32)];
    private static readonly byte[] Sine = Chunk[((4 * Words) + 32)..((4 * Words) + 49)];

    private static readonly Gen<short[]> Samples = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 15], Gen.Int[1, 400], Gen.Int).Select((kind, quiet, period, seed) =>
    {
        Random random = new(seed);
        return Enumerable.Range(0, 384).Select(i => (short)((kind switch
        {
            0 => random.Next(-32768, 32768),
            1 => i / period % 2 == 0 ? 32767 : -32768,
            2 => (int)(32767 * Math.Sin(i * 6.28 / period)),
            _ => i % period == 0 ? -32768 : 0,
        }) >> quiet)).ToArray();
    });

    [Fact]
    public void Lanes_give_what_plain_numbers_give()
    {
        ThreeWindows windows = new(Window, 128);
        ThreeSpectra spectra = new(Sine, 1, [.. Enumerable.Repeat((byte)1, 31)]);
        Samples.Sample(samples =>
        {
            int[][] points = [.. Enumerable.Range(0, 3).Select(stretch => Enumerable.Range(0, 64)
                .Select(i => (samples[(128 * stretch) + (2 * i)] + samples[(128 * stretch) + (2 * i) + 1]) * Window[i < 32 ? i : 63 - i]).ToArray())];
            int bits = windows.Apply(samples, 0);
            Assert.Equal(BandEnergies.Bits(points), bits);

            int shift = spectra.Apply(windows.Output, bits);
            (int[] energies, int expectedShift) = BandEnergies.Compute(points);
            Assert.Equal(expectedShift, shift);
            Assert.Equal(energies[1..32], spectra.Output);
        }, iter: 2000, threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(500)]
    [InlineData(32000)]
    public void A_tone_is_where_and_as_strong_as_it_is(int amplitude)
    {
        FrontEnd frontEnd = FrontEnd.Create((Configuration with { FirstBin = 1, BandWidths = [.. Enumerable.Repeat(1, 31)], Floor = amplitude < 100 ? 0 : 150 }).WriteChunk());
        sbyte[] features = new sbyte[31];
        for (int bin = 2; bin < 31; bin++)
        {
            short[] samples = [.. Enumerable.Range(0, 384).Select(i => (short)Math.Round(amplitude * Math.Cos(2 * Math.PI * bin * i / 128)))];
            frontEnd.Process(samples, 0, features, 0);
            Assert.Equal(bin, Array.IndexOf(features, features.Max()) + 1);

            // Energy of three tones through pair sums, a window that sums up to 15 * 32, and 17 / 128.
            double response = 2 * Math.Cos(Math.PI * bin / 128);
            double energy = 3 * Math.Pow(amplitude * response * 15 * 16 * 17 / 128, 2);
            double expected = (8 * Math.Log2(energy)) + 8 - (amplitude < 100 ? 0 : 150) - 128;
            if (amplitude > 1) Assert.InRange(features[bin - 1], Math.Min(127, expected - 3), Math.Min(127, expected + 3));
        }
    }

    [SharedFact]
    public void Bands_of_speech_are_those_of_a_transform_in_double_precision()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        short[] samples = Recording.Samples("yes_1000ms");
        sbyte[] features = Recording.Features(frontEnd, samples);
        int[] widths = [.. Configuration.BandWidths];
        List<double> errors = [];
        for (int frame = 0; frame < Recording.Frames(frontEnd, samples); frame++)
        {
            double[] energies = new double[32];
            for (int stretch = 0; stretch < 3; stretch++)
            {
                for (int bin = 1; bin < 32; bin++)
                {
                    double re = 0;
                    double im = 0;
                    for (int i = 0; i < 64; i++)
                    {
                        int at = (frame * 384) + (stretch * 128) + (2 * i);
                        double point = (samples[at] + samples[at + 1]) * (0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / 64))) * 15 * 17 / 128;
                        re += point * Math.Cos(2 * Math.PI * bin * i / 64);
                        im += point * Math.Sin(2 * Math.PI * bin * i / 64);
                    }

                    energies[bin] += (re * re) + (im * im);
                }
            }

            int first = 1;
            for (int band = 0; band < widths.Length; band++)
            {
                double expected = Math.Clamp((8 * Math.Log2(energies.Skip(first).Take(widths[band]).Sum())) + 8 - 100 - 128, -128, 127);
                errors.Add(features[(frame * widths.Length) + band] - expected);
                first += widths[band];
            }
        }

        // Eighths of an octave, 0.38 dB each: rounding, and up to 0.5 dB less in bins that have no 17.
        Assert.InRange(errors.Average(Math.Abs), 0, 2);
        Assert.InRange(errors.Order().ElementAt(errors.Count * 95 / 100) - errors.Order().ElementAt(errors.Count * 5 / 100), 0, 12);
    }

    [Fact]
    public void Twice_the_amplitude_is_two_octaves_of_energy()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        Gen.Int.Sample(seed =>
        {
            Random random = new(seed);
            short[] quiet = [.. Enumerable.Range(0, 384).Select(_ => (short)random.Next(-8192, 8192))];
            sbyte[] one = new sbyte[frontEnd.Features];
            sbyte[] two = new sbyte[frontEnd.Features];
            frontEnd.Process(quiet, 0, one, 0);
            frontEnd.Process([.. quiet.Select(sample => (short)(2 * sample))], 0, two, 0);
            Assert.Equal(one.Select(feature => feature + 16), two.Select(feature => (int)feature));
        }, iter: 200, threads: 1);
    }

    public static TheoryData<string, int, int> WrongWords => new()
    {
        { "sample rate", 1, 0 },
        { "transform spacing", 2, -1 },
        { "transform spacing", 2, 1025 },
        { "step samples", 3, 0 },
        { "step samples", 3, 385 },
        { "first bin", 4, 0 },
        { "first bin", 4, 32 },
        { "bands", 5, 0 },
        { "bands", 5, 32 },
        { "floor", 6, -1 },
        { "floor", 6, 1025 },
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

    [Theory]
    [InlineData("window", 4 * Words, 16)]
    [InlineData("sine table", (4 * Words) + 32, 65)]
    [InlineData("log table", (4 * Words) + 49, 73)]
    [InlineData("band widths", (4 * Words) + 49 + 256, 33)]
    public void A_table_out_of_range_is_named(string field, int position, byte value)
    {
        byte[] chunk = [.. Chunk];
        chunk[position] = value;
        BlobException refusal = Assert.Throws<BlobException>(() => FrontEnd.Create(chunk));
        Assert.Equal((field, position), (refusal.Field, refusal.Position));
    }

    [Fact]
    public void Empty_bands_and_bands_beyond_the_last_bin_are_refused()
    {
        foreach (byte width in (byte[])[0, 9])
        {
            byte[] chunk = [.. Chunk];
            chunk[^1] = width;
            Assert.Equal("band widths", Assert.Throws<BlobException>(() => FrontEnd.Create(chunk)).Field);
        }
    }

    [Fact]
    public void Every_shorter_and_every_longer_chunk_is_refused()
    {
        for (int length = 0; length < Chunk.Length; length++) Assert.Throws<BlobException>(() => FrontEnd.Create(Chunk[..length]));
        Assert.Equal("end", Assert.Throws<BlobException>(() => FrontEnd.Create([.. Chunk, 0])).Field);
    }

    [Fact]
    public void A_changed_chunk_is_refused_or_runs()
    {
        int ran = 0;
        Gen.Select(Gen.Int[0, Chunk.Length - 1], Gen.Byte, Gen.Int[0, (4 * Words) - 1], Gen.Byte, Samples).Sample((at, value, head, other, sound) =>
        {
            byte[] chunk = [.. Chunk];
            chunk[at] = value;
            if ((value & 1) == 0) chunk[head] = other;
            FrontEnd frontEnd;
            try
            {
                frontEnd = FrontEnd.Create(chunk);
            }
            catch (BlobException)
            {
                return;
            }

            short[] samples = new short[frontEnd.WindowSamples + 1];
            for (int i = 0; i < samples.Length; i++) samples[i] = sound[i % sound.Length];
            frontEnd.Process(samples, 1, new sbyte[frontEnd.Features], 0);
            ran++;
        }, iter: 3000, threads: 1);
        Assert.InRange(ran, 300, 3000);
    }

    [Fact]
    public void A_configuration_that_the_device_cannot_run_is_refused()
    {
        BandFrontEndConfiguration[] bad =
        [
            Configuration with { SampleRate = 0 }, Configuration with { StepSamples = 0 }, Configuration with { TransformSpacing = 5000 }, Configuration with { FirstBin = 0 },
            Configuration with { BandWidths = [] }, Configuration with { BandWidths = [0] }, Configuration with { BandWidths = [300] }, Configuration with { BandWidths = [20, 12] }, Configuration with { Floor = -1 },
        ];
        Assert.All(bad, configuration => Assert.Throws<ConversionException>(() => configuration.WriteChunk()));
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        short[] samples = [.. Enumerable.Range(0, 384).Select(i => (short)(i * i))];
        sbyte[] features = new sbyte[frontEnd.Features];
        frontEnd.Process(samples, 0, features, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) frontEnd.Process(samples, 0, features, 0);
        frontEnd.Reset();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
