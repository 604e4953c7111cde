namespace EdgeInfer.KeywordTraining;

/// <summary>Variants of a clip as other rooms, microphones and moments would give it.</summary>
/// <param name="noise">Background to mix in.</param>
/// <param name="samples">Samples of every variant.</param>
internal sealed class WaveAugmentation(IReadOnlyList<float[]> noise, int samples)
{
    /// <summary>To be raised when variants change, so that features computed before are not taken.</summary>
    public const int Version = 2;

    private const double MostSpeed = 0.12;
    private const int MostShift = 1600;
    private const double NoisyShare = 0.7;

    /// <summary>The clip itself, as many samples from its middle as the model hears.</summary>
    public short[] Plain(Clip clip) => ToPcm(Place(clip.Samples, 0));

    /// <summary>A variant.</summary>
    public short[] Vary(Clip clip, Random random)
    {
        float[] audio = clip.Label == SpeechSet.Silence ? clip.Samples : Resampler.Apply(clip.Samples, 1 + (MostSpeed * Symmetric(random)));
        audio = Place(audio, (int)(MostShift * Symmetric(random)));
        if (random.Next(2) == 0) Tilt(audio, 0.5 * Symmetric(random));
        if (random.Next(4) == 0) Reverberate(audio, random);

        // The loudest tenth of a second between -45 and -10 dB of full scale, noise 3 to 40 dB below it; silence is noise of any level.
        double level = Math.Pow(10, (-45 + (35 * random.NextDouble())) / 20);
        double rms = LoudestLevel(audio);
        if (rms > 1e-5) Scale(audio, level / rms);
        if (clip.Label == SpeechSet.Silence) level *= random.NextDouble();
        if (clip.Label == SpeechSet.Silence || random.NextDouble() < NoisyShare)
            Add(audio, Background(random), level * Math.Pow(10, (-3 - (37 * random.NextDouble())) / 20));
        return ToPcm(audio);
    }

    /// <summary>A second of background at level 1.</summary>
    private float[] Background(Random random)
    {
        float[] background = new float[samples];
        int kind = random.Next(noise.Count + 2);
        if (kind < noise.Count)
        {
            int from = random.Next(noise[kind].Length - samples);
            Array.Copy(noise[kind], from, background, 0, samples);
        }
        else
        {
            // White to brown noise: a single pole anywhere between 0 and 0.98.
            double pole = 0.98 * Math.Sqrt(random.NextDouble());
            double state = 0;
            for (int i = 0; i < samples; i++)
            {
                state = (pole * state) + Symmetric(random);
                background[i] = (float)state;
            }
        }

        double rms = Math.Sqrt(background.Average(x => (double)x * x)) + 1e-9;
        Scale(background, 1 / rms);
        return background;
    }

    /// <summary>Level of the loudest tenth of a second.</summary>
    private static double LoudestLevel(float[] audio)
    {
        const int Span = SpeechSet.Rate / 10;
        double loudest = 0;
        for (int from = 0; from + Span <= audio.Length; from += Span / 2)
        {
            double sum = 0;
            for (int i = from; i < from + Span; i++) sum += audio[i] * audio[i];
            loudest = Math.Max(loudest, sum / Span);
        }

        return Math.Sqrt(loudest);
    }

    /// <summary>Another microphone: a first-order slope.</summary>
    private static void Tilt(float[] audio, double slope)
    {
        double before = 0;
        for (int i = 0; i < audio.Length; i++)
        {
            double x = audio[i];
            audio[i] = (float)(x - (slope * before));
            before = x;
        }
    }

    /// <summary>A small room: a dozen echoes that die away within 50 to 250 ms.</summary>
    private static void Reverberate(float[] audio, Random random)
    {
        double decay = SpeechSet.Rate * (0.02 + (0.06 * random.NextDouble()));
        float[] dry = [.. audio];
        for (int echo = 0; echo < 12; echo++)
        {
            int delay = 40 + random.Next((int)(3 * decay));
            float gain = (float)(0.5 * Symmetric(random) * Math.Exp(-delay / decay));
            for (int i = delay; i < audio.Length; i++) audio[i] += gain * dry[i - delay];
        }
    }

    private static void Add(float[] audio, float[] other, double gain)
    {
        for (int i = 0; i < audio.Length; i++) audio[i] += (float)(gain * other[i]);
    }

    private static void Scale(float[] audio, double gain)
    {
        for (int i = 0; i < audio.Length; i++) audio[i] *= (float)gain;
    }

    private static double Symmetric(Random random) => (2 * random.NextDouble()) - 1;

    private static short[] ToPcm(float[] audio)
    {
        short[] pcm = new short[audio.Length];
        for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)Math.Clamp(Math.Round(audio[i] * 32768), short.MinValue, short.MaxValue);
        return pcm;
    }

    /// <summary>Centres the audio, moved by some samples.</summary>
    private float[] Place(float[] audio, int shift)
    {
        float[] placed = new float[samples];
        int at = ((samples - audio.Length) / 2) + shift;
        for (int i = Math.Max(0, -at); i < audio.Length && at + i < samples; i++) placed[at + i] = audio[i];
        return placed;
    }
}
