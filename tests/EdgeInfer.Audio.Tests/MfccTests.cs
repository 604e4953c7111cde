using System.Globalization;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;
using Xunit.Abstractions;

namespace EdgeInfer.Audio.Tests;

/// <summary>The MFCC front end against the float recipe, and the accuracy of the model of MLPerf Tiny with it.</summary>
public class MfccTests(ITestOutputHelper output)
{
    private const int Frames = 49;
    private const int Coefficients = 10;
    private const int Classes = 12;

    private static readonly byte[] Chunk = MfccConfiguration.DsCnn.WriteChunk();

    [SharedFact]
    public void Features_are_those_of_the_float_recipe_within_rounding_and_so_is_the_accuracy()
    {
        sbyte[] published = Read("mfcc_int8.bin"), outputs = Read("kws_ref_model_int8.out.bin");
        Model model = ModelConverter.ConvertFile(SharedData.PathOf("conformance", "models", "kws_ref_model_int8", "model.tflite"), new ConversionOptions { FrontEnd = MfccConfiguration.DsCnn }).Model;
        Interpreter interpreter = new(model);
        MfccFrontEnd frontEnd = (MfccFrontEnd)FrontEnd.Create(model);
        int clips = 0, equal = 0, within = 0, right = 0, rightPublished = 0, same = 0;
        foreach (string[] row in File.ReadLines(SharedData.PathOf("speech", "kws01", "labels.csv")).Skip(1).Select(line => line.Split(',')).Where(row => row[3].Length > 0))
        {
            int index = int.Parse(row[0], CultureInfo.InvariantCulture), label = int.Parse(row[1], CultureInfo.InvariantCulture);
            sbyte[] expected = published[(index * Frames * Coefficients)..((index + 1) * Frames * Coefficients)], actual = Features(frontEnd, Samples(SharedData.PathOf("speech", row[3])));
            equal += expected.Zip(actual).Count(pair => pair.First == pair.Second);
            within += expected.Zip(actual).Count(pair => Math.Abs(pair.First - pair.Second) <= 1);
            int answer = Classify(interpreter, actual), answerPublished = Largest(outputs[(index * Classes)..((index + 1) * Classes)]);
            right += answer == label ? 1 : 0;
            rightPublished += answerPublished == label ? 1 : 0;
            same += answer == answerPublished ? 1 : 0;
            clips++;
        }

        double values = clips * Frames * Coefficients;
        output.WriteLine(FormattableString.Invariant($"{clips} clips: {equal / values:P2} of the features equal, {within / values:P3} within one; accuracy {(double)right / clips:F4}, with the published features {(double)rightPublished / clips:F4}; {same} answers the same"));
        Assert.True(clips > 500);
        Assert.True(equal / values > 0.985, $"{equal / values:P2} equal");
        Assert.True(within / values > 0.9999, $"{within / values:P3} within one");
        Assert.True(Math.Abs(right - rightPublished) <= 2);
    }

    [Fact]
    public void A_sine_has_the_spectrum_that_it_should()
    {
        WideSpectrum spectrum = new([.. Enumerable.Range(0, 129).Select(i => (short)Math.Round(32767 * Math.Sin(2 * Math.PI * i / 512)))], 1, 200);
        for (int i = 0; i < 512; i++) spectrum.Input[i] = (int)Math.Round((1 << 21) * Math.Sin((2 * Math.PI * 37 * i / 512) + 1));
        spectrum.Apply();
        double expected = Math.Pow((double)(1 << 21) * 256, 2);
        Assert.InRange(spectrum.Output[36] / expected, 0.9995, 1.0005);
        Assert.All(spectrum.Output.Where((_, i) => i != 36), energy => Assert.InRange(energy / expected, 0, 1e-8));
    }

    [Fact]
    public void A_louder_clip_has_the_same_features()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        Random random = new(2);
        short[] quiet = [.. Enumerable.Range(0, 16000).Select(i => (short)((1000 * Math.Sin(i * i / 40000.0)) + random.Next(-200, 200)))];
        sbyte[] first = Recording.Features(frontEnd, quiet);
        frontEnd.Reset();
        sbyte[] second = Recording.Features(frontEnd, [.. quiet.Select(s => (short)(16 * s))]);
        Assert.All(first.Zip(second), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Theory]
    [InlineData("sample rate", 1, 0)]
    [InlineData("window samples", 2, 256)]
    [InlineData("step samples", 3, 481)]
    [InlineData("bands", 4, 81)]
    [InlineData("coefficients", 5, 41)]
    [InlineData("first bin", 6, 256)]
    [InlineData("bins", 7, 256)]
    [InlineData("history", 8, 0)]
    [InlineData("zero point", 9, 128)]
    public void A_word_out_of_range_is_named(string field, int word, int value)
    {
        byte[] chunk = [.. Chunk];
        BitConverter.TryWriteBytes(chunk.AsSpan(word * 4), value);
        BlobException refusal = Assert.Throws<BlobException>(() => FrontEnd.Create(chunk));
        Assert.Equal(("front end", field, word * 4), (refusal.Operator, refusal.Field, refusal.Position));
    }

    [Fact]
    public void Damaged_chunks_are_refused_or_run()
    {
        for (int length = 0; length < Chunk.Length; length++) Assert.Throws<BlobException>(() => FrontEnd.Create(Chunk[..length]));
        byte[] widths = [.. Chunk];
        widths[^1]++;
        Assert.Equal("band widths", Assert.Throws<BlobException>(() => FrontEnd.Create(widths)).Field);

        Random random = new(3);
        short[] samples = [.. Enumerable.Range(0, 1024).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))];
        sbyte[] features = new sbyte[MfccFormat.MaximumBands];
        int ran = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] chunk = [.. Chunk];
            for (int changes = random.Next(1, 4); changes > 0; changes--) chunk[random.Next(chunk.Length)] = (byte)random.Next(256);
            try
            {
                FrontEnd frontEnd = FrontEnd.Create(chunk);
                frontEnd.Process(samples, 0, features, 0);
                frontEnd.Process(samples, samples.Length - frontEnd.WindowSamples, features, 0);
                ran++;
            }
            catch (BlobException)
            {
                // Refused before anything ran.
            }
        }

        Assert.InRange(ran, 100, 3000);
    }

    [Fact]
    public void Extreme_frames_run_and_allocate_nothing()
    {
        FrontEnd frontEnd = FrontEnd.Create(Chunk);
        sbyte[] features = new sbyte[Coefficients];
        short[][] frames = [new short[480], [.. Enumerable.Repeat(short.MinValue, 480)], [.. Enumerable.Repeat(short.MaxValue, 480)], [.. Enumerable.Range(0, 480).Select(i => (i & 1) == 0 ? short.MaxValue : short.MinValue)]];
        foreach (short[] frame in frames) frontEnd.Process(frame, 0, features, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (short[] frame in frames) frontEnd.Process(frame, 0, features, 0);
        frontEnd.Reset();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_configuration_that_the_device_cannot_run_is_refused()
    {
        MfccConfiguration good = MfccConfiguration.DsCnn;
        MfccConfiguration[] bad = [good with { Bands = 81 }, good with { Coefficients = 41 }, good with { WindowMilliseconds = 40 }, good with { StepMilliseconds = 31 }, good with { UpperBandLimit = 8000 }, good with { LowerBandLimit = 4000 }, good with { Scale = 0 }, good with { Scale = 0.01 }, good with { ZeroPoint = 128 }, good with { HistoryMilliseconds = 100000 }];
        Assert.All(bad, configuration => Assert.Throws<ConversionException>(configuration.WriteChunk));
    }

    private static sbyte[] Features(MfccFrontEnd frontEnd, short[] samples)
    {
        frontEnd.Reset();
        frontEnd.Peak = Math.Max(1, (int)samples.Max());
        return Recording.Features(frontEnd, samples);
    }

    private static int Classify(Interpreter interpreter, sbyte[] features)
    {
        interpreter.Input(0).CopyFrom(features, 0);
        interpreter.Invoke();
        return interpreter.Output(0).ArgMax();
    }

    private static int Largest(sbyte[] values) => Array.IndexOf(values, values.Max());

    private static short[] Samples(string path)
    {
        short[] samples = Recording.Wav(path);
        return samples.Length >= 16000 ? samples[..16000] : [.. samples, .. new short[16000 - samples.Length]];
    }

    private static sbyte[] Read(string name) => (sbyte[])(Array)File.ReadAllBytes(SharedData.PathOf("speech", "kws01", name));
}
