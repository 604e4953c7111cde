using System.Runtime.InteropServices;

namespace EdgeInfer.KeywordTraining;

/// <summary>What a clip serves for.</summary>
internal enum Part
{
    Training,
    Validation,
    Test,
}

/// <summary>A recorded word, or a second of background.</summary>
/// <param name="Name">File of the recording, or what was synthesized.</param>
/// <param name="Label">Index of its class.</param>
/// <param name="Part">What it serves for.</param>
/// <param name="Samples">Audio, -1 to 1, 16 kHz.</param>
internal sealed record Clip(string Name, int Label, Part Part, float[] Samples);

/// <summary>The recordings: words by many speakers, each of whom is heard in one part only, and background noise.</summary>
/// <param name="Clips">Words and silence.</param>
/// <param name="Noise">Background to train with: the first three fifths of each recording.</param>
/// <param name="HeldOutNoise">The rest of each recording.</param>
internal sealed record SpeechSet(IReadOnlyList<Clip> Clips, IReadOnlyList<float[]> Noise, IReadOnlyList<float[]> HeldOutNoise)
{
    /// <summary>Samples a second.</summary>
    public const int Rate = 16000;

    /// <summary>Class of background without a word.</summary>
    public const int Silence = 0;

    /// <summary>Class of words that are no keywords.</summary>
    public const int Unknown = 1;

    /// <summary>The classes in the order of the model's output.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["silence", "unknown", "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

    /// <summary>Reads the folder: a manifest.csv with the columns path, label and speaker, and the files that it names.</summary>
    /// <exception cref="InvalidDataException">A file or a label is not what it should be.</exception>
    public static SpeechSet Read(string folder)
    {
        List<Clip> clips = [];
        List<float[]> noise = [];
        List<float[]> heldOut = [];
        foreach (string line in File.ReadLines(Path.Combine(folder, "manifest.csv")).Skip(1))
        {
            string[] columns = line.Split(',');
            string path = Path.Combine(folder, columns[0]);
            (int rate, short[] samples) = WavFile.Read(File.ReadAllBytes(path), path);
            if (rate != Rate) throw new InvalidDataException($"{path}: {rate} samples a second instead of {Rate}.");

            float[] audio = ToFloat(samples);
            if (columns[1] == "_background_noise_")
            {
                int cut = audio.Length * 3 / 5;
                noise.Add(audio[..cut]);
                heldOut.Add(audio[cut..]);
                continue;
            }

            int label = Labels.ToList().IndexOf(columns[1].Trim('_'));
            if (label < 0) throw new InvalidDataException($"{folder}/manifest.csv: the label {columns[1]} is not known.");

            clips.Add(new Clip(columns[0], label, PartOf(columns[2].Length > 0 ? columns[2] : columns[0]), audio));
        }

        return new SpeechSet(clips, noise, heldOut);
    }

    public static float[] ToFloat(ReadOnlySpan<short> samples)
    {
        float[] audio = new float[samples.Length];
        for (int i = 0; i < audio.Length; i++) audio[i] = samples[i] / 32768f;
        return audio;
    }

    /// <summary>One speaker in five is tested on, one in ten validated on; which, the name decides (FNV-1a).</summary>
    private static Part PartOf(string speaker)
    {
        uint hash = 2166136261;
        foreach (byte c in MemoryMarshal.AsBytes<char>(speaker)) hash = (hash ^ c) * 16777619;
        return ((hash >> 8) % 10) switch
        {
            0 or 1 => Part.Test,
            2 => Part.Validation,
            _ => Part.Training,
        };
    }
}
