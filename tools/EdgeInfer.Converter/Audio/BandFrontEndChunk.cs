using EdgeInfer.Audio;
using Layout = EdgeInfer.Audio.BandFrontEndFormat;

namespace EdgeInfer.Converter.Audio;

/// <summary>Computes the tables of a band front end and writes them as the metadata chunk that the device reads.</summary>
public static class BandFrontEndChunk
{
    /// <summary>Writes the chunk.</summary>
    /// <param name="configuration">What the model was trained with.</param>
    /// <returns>The content of the chunk.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    /// <exception cref="ConversionException">The device cannot run such a front end; the message says why.</exception>
    public static byte[] Write(BandFrontEndConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (int width in configuration.BandWidths)
        {
            if (width is < 1 or >= Layout.EndBin) throw new ConversionException("front end", "band widths", $"{width} bins are not within 1 and {Layout.EndBin - 1}");
        }

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        int[] words =
        [
            Layout.Kind, configuration.SampleRate, configuration.TransformSpacing, configuration.StepSamples, configuration.FirstBin,
            configuration.BandWidths.Count, configuration.Floor,
        ];
        foreach (int word in words) writer.Write(word);
        writer.Write((byte[])[.. Window(), .. Sines(), .. Logarithms(), .. configuration.BandWidths.Select(width => (byte)width)]);

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

    /// <summary>Hann, sampled in the middle of each step.</summary>
    private static IEnumerable<byte> Window() =>
        Enumerable.Range(0, Layout.WindowNumbers).Select(i => (byte)Math.Round((0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / Layout.Points))) * Layout.WindowOne));

    private static IEnumerable<byte> Sines() =>
        Enumerable.Range(0, Layout.SineNumbers).Select(i => (byte)Math.Round(Layout.SineOne * Math.Sin(2 * Math.PI * i / Layout.Points)));

    /// <summary>log2 of the middle of i and i + 1, so that 1 is what 0 and 1/2 have.</summary>
    private static IEnumerable<byte> Logarithms() =>
        Enumerable.Range(0, Layout.LogNumbers).Select(i => (byte)Math.Round(Layout.StepsPerOctave * Math.Log2((2 * i) + 1)));
}
