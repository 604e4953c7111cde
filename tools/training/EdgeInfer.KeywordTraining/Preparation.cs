using System.Security.Cryptography;
using System.Text;
using EdgeInfer.Audio;
using Spectre.Console;

namespace EdgeInfer.KeywordTraining;

/// <summary>The features that training and measuring work on; computed once and kept in files.</summary>
/// <param name="Training">Variants of recordings and of synthesized words.</param>
/// <param name="Validation">Recordings of speakers that training does not hear.</param>
/// <param name="Test">Recordings of yet other speakers.</param>
internal sealed record Preparation(FeatureSet Training, FeatureSet Validation, FeatureSet Test)
{
    /// <summary>Computes the features, or reads them where they have been computed before.</summary>
    /// <param name="recipe">What is to be computed.</param>
    /// <param name="data">Folder of the recordings.</param>
    /// <param name="cache">Folder of the files.</param>
    public static Preparation Run(Recipe recipe, string data, string cache)
    {
        byte[] chunk = recipe.FrontEnd.WriteChunk();
        string what = $"{Convert.ToHexString(chunk)} {recipe.Seed} {recipe.Frames} {recipe.SpokenKeywords} {recipe.SpokenOthers} {recipe.SpokenSeconds} {recipe.Variants} {WaveAugmentation.Version}";
        string stem = Path.Combine(cache, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..12]);
        string[] files = [.. Enum.GetNames<Part>().Select(part => $"{stem}.{part}.features")];
        if (!files.All(File.Exists)) Compute(recipe, chunk, data, files);
        return new Preparation(FeatureSet.Load(files[(int)Part.Training]), FeatureSet.Load(files[(int)Part.Validation]), FeatureSet.Load(files[(int)Part.Test]));
    }

    private static void Compute(Recipe recipe, byte[] chunk, string data, string[] files)
    {
        SpeechSet set = SpeechSet.Read(data);
        Directory.CreateDirectory(Path.GetDirectoryName(files[0])!);
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            ProgressTask speaking = progress.AddTask("synthesizing words");
            List<Clip> spoken = [.. Synthesis.Speak(recipe.SpokenKeywords, recipe.SpokenOthers, recipe.Seed, share => speaking.Value = 90 * share)];
            spoken.AddRange(Synthesis.SpeakSentences(recipe.SpokenSeconds, recipe.Seed));
            speaking.Value = 100;
            foreach (Part part in Enum.GetValues<Part>().Reverse())
            {
                ProgressTask task = progress.AddTask($"features, {part.ToString().ToLowerInvariant()}");
                IEnumerable<Clip> clips = set.Clips.Where(clip => clip.Part == part);
                if (part == Part.Training) clips = clips.Concat(spoken);
                Compute([.. clips], part == Part.Training ? recipe.Variants : 0, set.Noise, chunk, recipe, share => task.Value = 100 * share).Save(files[(int)part]);
            }
        });
    }

    /// <summary>Computes the features of so many variants of each clip, or, where there are none, of the clip as it is.</summary>
    private static FeatureSet Compute(IReadOnlyList<Clip> clips, int variants, IReadOnlyList<float[]> noise, byte[] chunk, Recipe recipe, Action<double> progress)
    {
        FrontEnd shape = FrontEnd.Create(chunk);
        WaveAugmentation augmentation = new(noise, ((recipe.Frames - 1) * shape.StepSamples) + shape.WindowSamples);
        int size = recipe.Frames * shape.Features;
        int each = Math.Max(1, variants);
        sbyte[] features = new sbyte[clips.Count * each * size];
        int done = 0;
        Parallel.For(0, clips.Count, () => FrontEnd.Create(chunk), (i, _, frontEnd) =>
        {
            Random random = new((recipe.Seed * 1000003) + i);
            for (int v = 0; v < each; v++)
            {
                short[] audio = variants == 0 ? augmentation.Plain(clips[i]) : augmentation.Vary(clips[i], random);
                frontEnd.Reset();
                for (int frame = 0; frame < recipe.Frames; frame++)
                    frontEnd.Process(audio, frame * frontEnd.StepSamples, features, (((i * each) + v) * size) + (frame * frontEnd.Features));
            }

            progress((double)Interlocked.Increment(ref done) / clips.Count);
            return frontEnd;
        }, static _ => { });
        return new FeatureSet(features, [.. clips.Select(clip => clip.Label)], each, size);
    }
}
