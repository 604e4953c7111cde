using System.Runtime.InteropServices;
using EdgeInfer.Cli.Inputs;

namespace EdgeInfer.Cli.Listening;

/// <summary>Sound as a microphone would give it.</summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="Samples">16-bit samples of one channel.</param>
/// <param name="Rate">Samples a second.</param>
internal sealed record Recording(string Name, short[] Samples, int Rate)
{
    /// <summary>Zero crossings of the resampling filter on each side.</summary>
    private const int Crossings = 16;

    /// <summary>Length.</summary>
    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>The samples as bytes.</summary>
    public byte[] Bytes => MemoryMarshal.AsBytes<short>(Samples).ToArray();

    /// <summary>Reads a WAV file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The recording.</returns>
    /// <exception cref="CommandFailure">There is no such file, or it is of another kind.</exception>
    public static Recording Read(string path) => new(path, WavFile.ReadSamples(ModelFile.ReadAll(path), path, out int rate), rate);

    /// <summary>The same sound at another rate, by a windowed sinc below both rates' limits.</summary>
    /// <param name="rate">Samples a second.</param>
    public Recording At(int rate)
    {
        if (rate == Rate) return this;

        double cutoff = Math.Min(1, (double)rate / Rate);
        double reach = Crossings / cutoff;
        short[] samples = new short[(long)Samples.Length * rate / Rate];
        for (int i = 0; i < samples.Length; i++)
        {
            double centre = (double)i * Rate / rate, sum = 0, weights = 0;
            for (int j = (int)Math.Ceiling(centre - reach); j <= centre + reach; j++)
            {
                double x = (j - centre) * cutoff;
                double weight = (x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)) * Math.Pow(Math.Cos(Math.PI * x / Crossings / 2), 2);
                weights += weight;
                if (j >= 0 && j < Samples.Length) sum += weight * Samples[j];
            }

            samples[i] = (short)Math.Clamp(Math.Round(sum / weights), short.MinValue, short.MaxValue);
        }

        return this with { Samples = samples, Rate = rate };
    }

    /// <summary>The same sound with silence behind it.</summary>
    /// <param name="seconds">Length of the silence.</param>
    public Recording Padded(double seconds) => this with { Samples = [.. Samples, .. new short[(int)(seconds * Rate)]] };
}
