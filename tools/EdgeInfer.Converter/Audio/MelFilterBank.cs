using Layout = EdgeInfer.Audio.MicroFrontEndFormat;

namespace EdgeInfer.Converter.Audio;

/// <summary>The triangles of the micro front end's filter bank, in the precision in which the reference computes them.</summary>
/// <param name="FirstBin">The lowest bin that counts.</param>
/// <param name="Entries">An entry a bin: 4 * weight + 1 + weight + unweight - 4096.</param>
/// <param name="Widths">Bins of each flank, one more than there are channels.</param>
internal sealed record MelFilterBank(int FirstBin, short[] Entries, byte[] Widths)
{
    /// <summary>Places the channels evenly on the mel scale, 1127 ln(1 + f / 700).</summary>
    public static MelFilterBank Create(MicroFrontEndConfiguration configuration)
    {
        bool truncated = configuration.Tables == MicroFrontEndTables.SignalOperators;
        int flanks = configuration.Channels + 1;
        float low = Mel(configuration.LowerBandLimit);
        float spacing = (Mel(configuration.UpperBandLimit) - low) / flanks;
        float hertzPerBin = 0.5f * configuration.SampleRate / (Layout.TransformPoints / 2);
        float ratio = configuration.LowerBandLimit / hertzPerBin;
        int first = truncated ? (int)Math.Round(1.0 + ratio) : (int)(1.5f + ratio);

        List<short> entries = [];
        byte[] widths = new byte[flanks];
        int bin = first;
        float start = low;
        for (int flank = 0; flank < flanks; flank++)
        {
            float centre = low + (spacing * (flank + 1));
            for (; Mel(bin * hertzPerBin) <= centre; bin++)
            {
                if (bin >= Layout.TransformPoints / 2) throw new ConversionException("front end", "upper band limit", $"{configuration.UpperBandLimit} Hz are half the sample rate or more");

                float weight = (centre - Mel(bin * hertzPerBin)) / (centre - start);
                int whole = Quantize(weight, truncated);
                entries.Add((short)((whole * Layout.WeightStep) + 1 + whole + Quantize(1 - weight, truncated) - Layout.One));
                widths[flank]++;
            }

            start = centre;
        }

        return new MelFilterBank(first, [.. entries], widths);
    }

    private static int Quantize(float value, bool truncated) =>
        truncated ? (int)(value * Layout.One) : (int)MathF.Floor((value * Layout.One) + 0.5f);

    private static float Mel(float hertz) => 1127f * SingleLogarithm.OfOnePlus(hertz / 700f);
}
