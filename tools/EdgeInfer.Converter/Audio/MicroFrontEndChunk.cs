using EdgeInfer.Audio;
using Layout = EdgeInfer.Audio.MicroFrontEndFormat;

namespace EdgeInfer.Converter.Audio;

/// <summary>Computes the tables of a micro front end and writes them as the metadata chunk that the device reads.</summary>
public static class MicroFrontEndChunk
{
    private const int SnrBits = 12;

    /// <summary>log2 of the transform's points less half the bits of a filter bank weight: what the first stages have scaled.</summary>
    private const int CorrectionBits = 9 - 6;

    /// <summary>Writes the chunk.</summary>
    /// <param name="configuration">What the model was trained with.</param>
    /// <returns>The content of the chunk.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    /// <exception cref="ConversionException">The device cannot run such a front end; the message says why.</exception>
    public static byte[] Write(MicroFrontEndConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Check(configuration);
        short[] window = Window(configuration);
        short[] half = window[..((window.Length + 1) / 2)];
        if (window.AsSpan().SequenceEqual([.. half, .. half.Reverse().Skip(window.Length & 1)])) window = half;

        MelFilterBank bank = MelFilterBank.Create(configuration);
        int gainShift = configuration.GainControl ? configuration.GainBits - CorrectionBits - SnrBits : -1;

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        int[] words =
        [
            Layout.Kind, configuration.SampleRate, configuration.WindowSamples, configuration.StepSamples, Layout.TransformPoints,
            configuration.Channels, bank.FirstBin, bank.Entries.Length, configuration.SmoothingBits,
            Noise(configuration.EvenSmoothing), Noise(configuration.OddSmoothing), Noise(configuration.MinimumSignalRemaining),
            gainShift, configuration.LogScaleShift, window.Length,
        ];
        foreach (int word in words) writer.Write(word);
        short[] gains = configuration.GainControl ? Gains(configuration) : [];
        foreach (short value in (short[])[.. window, .. bank.Entries, .. gains, .. Logarithms(), .. Sines()]) writer.Write(value);
        writer.Write(bank.Widths);

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

    private static void Check(MicroFrontEndConfiguration configuration)
    {
        if (configuration.Channels is < 1 or > Layout.MaximumChannels)
        {
            throw Refuse("channels", $"{configuration.Channels} are not within 1 and {Layout.MaximumChannels}");
        }

        if (configuration.WindowSamples is < Layout.MinimumWindow or > Layout.TransformPoints)
        {
            throw Refuse("window", $"{configuration.WindowSamples} samples are not within {Layout.MinimumWindow} and {Layout.TransformPoints}, for which a transform of {Layout.TransformPoints} points is made");
        }

        if (!(configuration.LowerBandLimit >= 0 && configuration.UpperBandLimit > configuration.LowerBandLimit))
        {
            throw Refuse("band limits", $"a filter bank cannot reach from {configuration.LowerBandLimit} to {configuration.UpperBandLimit} Hz");
        }

        if (configuration.GainControl && configuration.GainBits is < CorrectionBits + SnrBits or > 31)
        {
            throw Refuse("gain bits", $"{configuration.GainBits} are not within {CorrectionBits + SnrBits} and 31");
        }

        if (configuration.SmoothingBits is < 0 or > Layout.MaximumSmoothingBits)
        {
            throw Refuse("smoothing bits", $"{configuration.SmoothingBits} are not within 0 and {Layout.MaximumSmoothingBits}");
        }
    }

    private static ConversionException Refuse(string where, string what) => new("front end", where, what);

    /// <summary>Hann, sampled in the middle of each step: 0.5 - 0.5 cos(2 pi (i + 0.5) / samples).</summary>
    private static short[] Window(MicroFrontEndConfiguration configuration)
    {
        int samples = configuration.WindowSamples;
        short[] window = new short[samples];
        float step = (float)Math.PI * 2f / samples;
        for (int i = 0; i < samples; i++)
        {
            window[i] = configuration.Tables == MicroFrontEndTables.SignalOperators
                ? (short)Math.Round((0.5 - (0.5 * Math.Cos(Math.PI * 2 / samples * (i + 0.5)))) * Layout.One)
                : (short)MathF.Floor(((0.5f - (0.5f * MathF.Cos(step * (i + 0.5f)))) * Layout.One) + 0.5f);
        }

        return window;
    }

    private static int Noise(float share) => (int)(share * Layout.NoiseOne);

    /// <summary>
    /// Gain by noise estimate x: (x / 2^bits + offset)^-strength, as a parabola through the start, the middle and the end of each octave:
    /// its value, 4 (middle - start) - (end - start), and what the end then still lacks.
    /// </summary>
    private static short[] Gains(MicroFrontEndConfiguration configuration)
    {
        List<short> gains = [Gain(configuration, 0), Gain(configuration, 1)];
        for (int octave = 1; octave < 32; octave++)
        {
            uint start = 1u << octave;
            short value = Gain(configuration, start);
            int toMiddle = Gain(configuration, start + (start >> 1)) - value;
            int toEnd = Gain(configuration, octave == 31 ? start + (start - 1) : start * 2) - value;
            int slope = (4 * toMiddle) - toEnd;
            gains.AddRange([value, (short)slope, (short)(toEnd - slope)]);
        }

        return [.. gains];
    }

    private static short Gain(MicroFrontEndConfiguration configuration, uint estimate)
    {
        int bits = configuration.SmoothingBits - CorrectionBits;
        float noise = bits >= 0 ? estimate / (float)(1u << bits) : estimate * (float)(1u << -bits);
        float gain = (1u << configuration.GainBits) * MathF.Pow(noise + configuration.GainOffset, -configuration.GainStrength);
        return gain > short.MaxValue ? short.MaxValue : (short)(gain + 0.5f);
    }

    private static IEnumerable<short> Logarithms() =>
        Enumerable.Range(0, Layout.LogNumbers).Select(i => (short)Math.Round((Math.Log2(1 + (i / 128.0)) - (i / 128.0)) * 65536));

    private static IEnumerable<short> Sines() =>
        Enumerable.Range(0, Layout.SineNumbers).Select(i => (short)Math.Floor((32767 * Math.Sin(2 * Math.PI * i / Layout.TransformPoints)) + 0.5));
}
