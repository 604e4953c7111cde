using EdgeInfer.Audio;
using EdgeInfer.Converter.Graph;
using Layout = EdgeInfer.Audio.MfccFormat;

namespace EdgeInfer.Converter.Audio;

/// <summary>Mel-frequency cepstral coefficients as a model was trained with them. Defaults are those of the keyword model of MLPerf Tiny.</summary>
public sealed record MfccConfiguration : FrontEndConfiguration
{
    /// <summary>What the DS-CNN of MLPerf Tiny listens to.</summary>
    public static MfccConfiguration DsCnn { get; } = new();

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 16000;

    /// <summary>Length of a frame.</summary>
    public int WindowMilliseconds { get; init; } = 30;

    /// <summary>From the start of a frame to the start of the next.</summary>
    public int StepMilliseconds { get; init; } = 20;

    /// <summary>Mel bands.</summary>
    public int Bands { get; init; } = 40;

    /// <summary>Where the lowest band begins, in Hz.</summary>
    public double LowerBandLimit { get; init; } = 20;

    /// <summary>Where the highest band ends, in Hz.</summary>
    public double UpperBandLimit { get; init; } = 4000;

    /// <summary>Coefficients of a frame, the first ones: its features.</summary>
    public int Coefficients { get; init; } = 10;

    /// <summary>Scale of the model's input.</summary>
    public double Scale { get; init; } = 0.58470291f;

    /// <summary>Zero point of the model's input.</summary>
    public int ZeroPoint { get; init; } = 83;

    /// <summary>Time over which the loudest sample is looked for, by which the others are divided.</summary>
    public int HistoryMilliseconds { get; init; } = 1000;

    private int WindowSamples => WindowMilliseconds * SampleRate / 1000;

    /// <inheritdoc/>
    public override Quantization FeatureQuantization() => new((float)Scale, ZeroPoint);

    /// <inheritdoc/>
    public override byte[] WriteChunk()
    {
        Demand(Bands is >= 1 and <= Layout.MaximumBands, "bands", $"{Bands} are not within 1 and {Layout.MaximumBands}");
        Demand(Coefficients >= 1 && Coefficients <= Bands, "coefficients", $"{Coefficients} are not within 1 and the {Bands} bands");
        Demand(WindowSamples is >= Layout.MinimumWindow and <= Layout.TransformPoints, "window", $"{WindowSamples} samples are not within {Layout.MinimumWindow} and {Layout.TransformPoints}, for which a transform of {Layout.TransformPoints} points is made");
        Demand(LowerBandLimit >= 0 && UpperBandLimit > LowerBandLimit, "band limits", FormattableString.Invariant($"bands cannot reach from {LowerBandLimit} to {UpperBandLimit} Hz"));
        Demand(UpperBandLimit < SampleRate / 2.0, "band limits", FormattableString.Invariant($"{UpperBandLimit} Hz are half the sample rate or more"));
        Demand(Scale > 0, "scale", FormattableString.Invariant($"{Scale} is not positive"));

        (int first, short[] weights, byte[] widths) = FilterBank();
        int step = StepMilliseconds * SampleRate / 1000;
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        int[] words = [Layout.Kind, SampleRate, WindowSamples, step, Bands, Coefficients, first, weights.Length, Math.Max(1, HistoryMilliseconds / StepMilliseconds), ZeroPoint];
        foreach (int word in words) writer.Write(word);
        foreach (short value in (short[])[.. Window(), .. weights, .. Cosines(), .. Logarithms(), .. Sines()]) writer.Write(value);
        writer.Write(widths);

        byte[] chunk = stream.ToArray();
        try
        {
            // The reader of the device has the last word on everything that leaves here.
            FrontEnd.Create(chunk);
        }
        catch (BlobException e)
        {
            throw new ConversionException("front end", e.Field, e.Message);
        }

        return chunk;
    }

    private static void Demand(bool holds, string where, string what)
    {
        if (!holds) throw new ConversionException("front end", where, what);
    }

    /// <summary>Hann over a whole period: 0.5 - 0.5 cos(2 pi i / samples).</summary>
    private IEnumerable<short> Window() => Enumerable.Range(0, WindowSamples).Select(i => Weight(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / WindowSamples))));

    /// <summary>
    /// For every bin above the lower limit how far it is from one edge to the next: its share of the band that rises there; the rest is the band's that falls.
    /// </summary>
    private (int First, short[] Weights, byte[] Widths) FilterBank()
    {
        double low = Mel(LowerBandLimit), spacing = (Mel(UpperBandLimit) - low) / (Bands + 1);
        double hertzPerBin = (double)SampleRate / Layout.TransformPoints;
        List<short> weights = [];
        byte[] widths = new byte[Bands + 1];
        int first = Math.Max(1, (int)Math.Floor(LowerBandLimit / hertzPerBin) + 1);
        for (int bin = first; bin * hertzPerBin < UpperBandLimit; bin++)
        {
            double place = (Mel(bin * hertzPerBin) - low) / spacing;
            int flank = Math.Min((int)place, Bands);
            weights.Add(Weight(place - flank));
            Demand(widths[flank] < byte.MaxValue, "bands", "a band has too many bins");
            widths[flank]++;
        }

        Demand(weights.Count > 0, "band limits", "there is no bin between them");
        return (first, [.. weights], widths);
    }

    /// <summary>
    /// 2 cos(pi k (2 n + 1) / (2 N)) / sqrt(2 N), which is how TensorFlow makes cepstral coefficients of logarithms; times ln 2, as the device's are to the base 2, and
    /// divided by the scale of the features.
    /// </summary>
    private IEnumerable<short> Cosines()
    {
        double factor = 2 / Math.Sqrt(2.0 * Bands) * Math.Log(2) / Scale * (1 << Layout.FractionBits);
        Demand(factor < short.MaxValue, "scale", FormattableString.Invariant($"{Scale} is too small"));
        return from k in Enumerable.Range(0, Coefficients) from n in Enumerable.Range(0, Bands) select (short)Math.Round(factor * Math.Cos(Math.PI * k * ((2 * n) + 1) / (2 * Bands)));
    }

    private static IEnumerable<short> Logarithms() =>
        Enumerable.Range(0, Layout.LogNumbers).Select(i => (short)Math.Round((Math.Log2(1 + (i / 128.0)) - (i / 128.0)) * 65536));

    private static IEnumerable<short> Sines() =>
        Enumerable.Range(0, Layout.SineNumbers).Select(i => (short)Math.Round(32767 * Math.Sin(2 * Math.PI * i / Layout.TransformPoints)));

    private static short Weight(double value) => (short)Math.Min(short.MaxValue, Math.Round(value * (1 << Layout.WeightBits)));

    private static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
}
