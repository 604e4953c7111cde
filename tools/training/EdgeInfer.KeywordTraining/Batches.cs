using static TorchSharp.torch;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>Gives features to a network, as the real numbers that the model file makes of them.</summary>
internal static class Batches
{
    /// <summary>What one step of a feature is worth.</summary>
    public const float Scale = 1f / 32;

    private const float Masked = -64 * Scale;

    /// <summary>A batch of variants, a stretch of frames or bands taken out of some.</summary>
    /// <param name="set">All clips.</param>
    /// <param name="clips">The clips of the batch.</param>
    /// <param name="frames">Frames of a window.</param>
    /// <param name="random">Decides on the variants.</param>
    /// <returns>[clips, 1, frames, bands], and the classes.</returns>
    public static (Tensor Input, Tensor Labels) Vary(FeatureSet set, ReadOnlySpan<int> clips, int frames, Random random)
    {
        float[] input = new float[clips.Length * set.Size];
        long[] labels = new long[clips.Length];
        int bands = set.Size / frames;
        for (int i = 0; i < clips.Length; i++)
        {
            Span<float> window = input.AsSpan(i * set.Size, set.Size);
            Load(set.Of(clips[i], random.Next(set.Variants)), window);
            labels[i] = set.Labels[clips[i]];
            if (random.Next(2) == 0)
            {
                int length = random.Next(frames / 6);
                window.Slice(random.Next(frames - length) * bands, length * bands).Fill(Masked);
            }

            if (random.Next(2) == 0)
            {
                int length = random.Next((bands / 5) + 1);
                int from = random.Next(bands - length);
                for (int frame = 0; frame < frames; frame++) window.Slice((frame * bands) + from, length).Fill(Masked);
            }
        }

        return (tensor(input, [clips.Length, 1, frames, bands]), tensor(labels));
    }

    /// <summary>The first variant of every clip.</summary>
    public static Tensor All(FeatureSet set, int frames)
    {
        float[] input = new float[set.Labels.Length * set.Size];
        for (int i = 0; i < set.Labels.Length; i++) Load(set.Of(i, 0), input.AsSpan(i * set.Size, set.Size));
        return tensor(input, [set.Labels.Length, 1, frames, set.Size / frames]);
    }

    /// <summary>Share of the clips whose best score is at their class.</summary>
    public static double Accuracy(Tensor scores, FeatureSet set) =>
        scores.argmax(1).eq(tensor(set.Labels, ScalarType.Int64)).to(ScalarType.Float64).mean().item<double>();

    private static void Load(ReadOnlySpan<sbyte> features, Span<float> input)
    {
        for (int i = 0; i < features.Length; i++) input[i] = features[i] * Scale;
    }
}
