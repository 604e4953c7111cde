using System.Runtime.InteropServices;
using EdgeInfer.Audio;

namespace EdgeInfer.KeywordTraining;

/// <summary>What the device's keyword spotter makes of long sounds: words that it should hear, noise and speech that it should not.</summary>
/// <param name="blob">The blob that the board runs.</param>
/// <param name="seed">Seed of everything that is drawn.</param>
internal sealed class ListeningTest(byte[] blob, int seed)
{
    private const int Rate = SpeechSet.Rate;
    private const double NoiseLevel = 0.003;

    /// <summary>Places words of speakers whom training did not hear into noise, a word every two seconds, the noise some 20 dB below the loudest moment of a word.</summary>
    /// <returns>Words, those that were heard, and detections that were of no word or of the wrong one.</returns>
    public (int Words, int Heard, int Wrong) Words(SpeechSet set)
    {
        Random random = new(seed);
        Clip[] words = [.. set.Clips.Where(clip => clip.Part == Part.Test && clip.Label > SpeechSet.Unknown)];
        random.Shuffle(words);
        float[] sound = new float[(words.Length + 1) * 2 * Rate];
        for (int i = 0; i < words.Length; i++) words[i].Samples.CopyTo(sound, (2 * i * Rate) + Rate);
        float[] noise = Repeat(set.HeldOutNoise[0], sound.Length);
        double gain = NoiseLevel / Level(noise);
        for (int i = 0; i < sound.Length; i++) sound[i] += (float)(gain * noise[i]);

        List<(double Seconds, int Class)> detections = Listen(sound, _ => { });
        int heard = 0;
        int right = 0;
        for (int i = 0; i < words.Length; i++)
        {
            // From the word's beginning to a second behind its end.
            int own = detections.Count(d => d.Class == words[i].Label && d.Seconds >= (2 * i) + 1 && d.Seconds < (2 * i) + 3);
            right += own;
            if (own > 0) heard++;
        }

        return (words.Length, heard, detections.Count - right);
    }

    /// <summary>Counts detections in noise: the parts of the recordings that training did not hear, and computed noise, louder and softer by turns.</summary>
    public IEnumerable<(string Name, double Hours, int Detections)> Noise(SpeechSet set, IReadOnlyList<string> names, double hours, Action<double> progress)
    {
        string[] computed = ["white", "pink", "hum"];
        int kinds = set.HeldOutNoise.Count + computed.Length;
        for (int kind = 0; kind < kinds; kind++)
        {
            float[] noise = kind < set.HeldOutNoise.Count ? set.HeldOutNoise[kind] : Compute(computed[kind - set.HeldOutNoise.Count], 60 * Rate);
            float[] sound = Repeat(noise, (int)(hours / kinds * 3600) * Rate);
            Swell(sound, Level(noise));
            int at = kind;
            yield return (kind < names.Count ? names[kind] : computed[kind - set.HeldOutNoise.Count], hours / kinds, Listen(sound, share => progress((at + share) / kinds)).Count);
        }
    }

    /// <summary>Counts detections in speech without keywords, by voices that training did not hear.</summary>
    public (double Hours, int Detections) Speech(double hours, Action<double> progress)
    {
        Random random = new(seed);
        List<float> sound = [];
        while (sound.Count < hours * 3600 * Rate)
        {
            float[] speech = Synthesis.SpeakPassage(random);
            double gain = 0.03 * Math.Pow(10, random.NextDouble()) / Math.Max(1e-4, Level(speech));
            foreach (float sample in speech) sound.Add((float)(gain * sample) + (float)(NoiseLevel * ((2 * random.NextDouble()) - 1)));
            progress(0.5 * sound.Count / (hours * 3600 * Rate));
        }

        return (sound.Count / 3600.0 / Rate, Listen([.. sound], share => progress(0.5 + (0.5 * share))).Count);
    }

    private List<(double Seconds, int Class)> Listen(float[] sound, Action<double> progress)
    {
        KeywordSpotter spotter = new(Model.Load(blob), PcmFormat.Mono16, Rate);
        List<(double, int)> detections = [];
        short[] block = new short[Rate / 50];
        byte[] bytes = new byte[2 * block.Length];
        for (int at = 0; at + block.Length <= sound.Length; at += block.Length)
        {
            for (int i = 0; i < block.Length; i++) block[i] = (short)Math.Clamp(Math.Round(sound[at + i] * 32768), short.MinValue, short.MaxValue);
            MemoryMarshal.AsBytes<short>(block).CopyTo(bytes);
            spotter.Write(bytes, 0, bytes.Length);
            while (spotter.ReadFrame())
            {
                if (spotter.IsInferenceDue && spotter.Infer() != KeywordDetector.None) detections.Add(((double)spotter.Position / Rate, spotter.Detected));
            }

            if (at % (block.Length * 500) == 0) progress((double)at / sound.Length);
        }

        return detections;
    }

    private float[] Compute(string kind, int samples)
    {
        Random random = new(seed + kind.Length);
        float[] noise = new float[samples];
        double state = 0;
        for (int i = 0; i < samples; i++)
        {
            double white = (2 * random.NextDouble()) - 1;
            state = (0.95 * state) + white;
            noise[i] = (float)(kind switch
            {
                "white" => white,
                "pink" => state,
                _ => Math.Sin(2 * Math.PI * 50 * i / Rate) + (0.5 * Math.Sin(2 * Math.PI * 150 * i / Rate)) + (0.3 * Math.Sin(2 * Math.PI * 1000 * i / Rate)) + (0.1 * white),
            });
        }

        return noise;
    }

    /// <summary>Between -50 and -14 dB of full scale, and back, in 20 seconds; a jump every 7.</summary>
    private void Swell(float[] sound, double level)
    {
        Random random = new(seed);
        double jump = 1;
        for (int i = 0; i < sound.Length; i++)
        {
            if (i % (7 * Rate) == 0) jump = Math.Pow(10, -random.NextDouble() / 2);
            double swell = Math.Pow(10, (-32 + (18 * Math.Sin(2 * Math.PI * i / (20.0 * Rate)))) / 20);
            sound[i] *= (float)(swell * jump / level);
        }
    }

    private static float[] Repeat(float[] sound, int samples)
    {
        float[] repeated = new float[samples];
        for (int at = 0; at < samples; at += sound.Length) Array.Copy(sound, 0, repeated, at, Math.Min(sound.Length, samples - at));
        return repeated;
    }

    private static double Level(float[] sound) => Math.Sqrt(sound.Average(x => (double)x * x)) + 1e-9;
}
