using System.Text.Json.Serialization;

namespace EdgeInfer.KeywordTraining;

/// <summary>What a layer computes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LayerKind>))]
internal enum LayerKind
{
    /// <summary>A convolution.</summary>
    Convolution,

    /// <summary>One filter a channel.</summary>
    Depthwise,
}

/// <summary>A layer as the recipe gives it; no layer is padded, so that a stream has no edges, and each ends in batch normalization and ReLU.</summary>
/// <param name="Kind">What it computes.</param>
/// <param name="Channels">Channels of its output; a depthwise layer has as many as its input.</param>
/// <param name="Frames">Frames that its filter spans.</param>
/// <param name="Bands">Bands that its filter spans.</param>
/// <param name="FrameStride">Frames from one output to the next.</param>
/// <param name="BandStride">Bands from one output to the next.</param>
internal sealed record LayerRecipe(LayerKind Kind, int Channels = 0, int Frames = 1, int Bands = 1, int FrameStride = 1, int BandStride = 1);

/// <summary>A layer with its place in the network.</summary>
/// <param name="Name">Name of its tensors in the model file.</param>
/// <param name="Recipe">What was asked for.</param>
/// <param name="InputFrames">Height of its input.</param>
/// <param name="InputBands">Width of its input.</param>
/// <param name="InputChannels">Channels of its input.</param>
internal sealed record LayerPlan(string Name, LayerRecipe Recipe, int InputFrames, int InputBands, int InputChannels)
{
    public int OutputFrames => ((InputFrames - Recipe.Frames) / Recipe.FrameStride) + 1;

    public int OutputBands => ((InputBands - Recipe.Bands) / Recipe.BandStride) + 1;

    public int OutputChannels => Recipe.Kind == LayerKind.Depthwise ? InputChannels : Recipe.Channels;

    /// <summary>Weights that one output channel has.</summary>
    public int WeightsPerChannel => Recipe.Frames * Recipe.Bands * (Recipe.Kind == LayerKind.Depthwise ? 1 : InputChannels);

    /// <summary>Multiply-accumulates of one window.</summary>
    public int Macs => OutputFrames * OutputBands * OutputChannels * WeightsPerChannel;

    /// <summary>Lays out a network.</summary>
    /// <exception cref="InvalidDataException">A filter does not fit into what is left of the input.</exception>
    public static IReadOnlyList<LayerPlan> Layout(IReadOnlyList<LayerRecipe> recipes, int frames, int bands)
    {
        List<LayerPlan> plans = [];
        int channels = 1;
        foreach (LayerRecipe recipe in recipes)
        {
            LayerPlan plan = new($"layer{plans.Count}", recipe, frames, bands, channels);
            if (recipe.Frames > frames || recipe.Bands > bands) throw new InvalidDataException($"{plan.Name}: a filter of {recipe.Frames} frames and {recipe.Bands} bands does not fit into {frames} and {bands}.");

            plans.Add(plan);
            (frames, bands, channels) = (plan.OutputFrames, plan.OutputBands, plan.OutputChannels);
        }

        return plans;
    }
}
