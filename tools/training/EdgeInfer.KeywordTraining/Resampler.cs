namespace EdgeInfer.KeywordTraining;

/// <summary>Changes the rate of audio: band-limited interpolation with a Hann-windowed sinc.</summary>
internal static class Resampler
{
    private const int HalfWidth = 12;
    private const int Phases = 64;

    /// <summary>Resamples.</summary>
    /// <param name="samples">Audio.</param>
    /// <param name="ratio">Samples of the input to one of the output.</param>
    public static float[] Apply(ReadOnlySpan<float> samples, double ratio)
    {
        double cutoff = Math.Min(1, 1 / ratio);
        int half = (int)Math.Ceiling(HalfWidth / cutoff);
        float[][] filters = Filters(cutoff, half);
        float[] result = new float[(int)(samples.Length / ratio)];
        for (int i = 0; i < result.Length; i++)
        {
            double position = i * ratio;
            int whole = (int)position;
            float[] filter = filters[(int)((position - whole) * Phases)];
            float sum = 0;
            int from = Math.Max(0, whole - half + 1);
            int to = Math.Min(samples.Length - 1, whole + half);
            for (int j = from; j <= to; j++) sum += samples[j] * filter[j - whole + half - 1];
            result[i] = sum;
        }

        return result;
    }

    private static float[][] Filters(double cutoff, int half)
    {
        float[][] filters = new float[Phases][];
        for (int phase = 0; phase < Phases; phase++)
        {
            filters[phase] = new float[2 * half];
            for (int j = 0; j < 2 * half; j++)
            {
                double x = j - half + 1 - (phase / (double)Phases);
                double sinc = x == 0 ? 1 : Math.Sin(Math.PI * x * cutoff) / (Math.PI * x * cutoff);
                filters[phase][j] = (float)(cutoff * sinc * (0.5 + (0.5 * Math.Cos(Math.PI * x / (half + 1)))));
            }
        }

        return filters;
    }
}
