using System.Text.Json;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Streaming;

namespace EdgeInfer.KeywordTraining;

/// <summary>All that a training run depends on, besides the recordings and the version of espeak-ng.</summary>
internal sealed record Recipe
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Seed of voices, variants, weights and order.</summary>
    public required int Seed { get; init; }

    /// <summary>What makes the features.</summary>
    public required FrontEndConfiguration FrontEnd { get; init; }

    /// <summary>Frames of a window.</summary>
    public required int Frames { get; init; }

    /// <summary>New frames that the streamed model takes at a time.</summary>
    public required int Hop { get; init; }

    /// <summary>Bytes of scratch that the board may give to convolutions.</summary>
    public required int ScratchBytes { get; init; }

    /// <summary>When what the model says is a detection.</summary>
    public required DetectorConfiguration Detector { get; init; }

    /// <summary>Synthesized clips of each keyword.</summary>
    public required int SpokenKeywords { get; init; }

    /// <summary>Synthesized clips of other words.</summary>
    public required int SpokenOthers { get; init; }

    /// <summary>Synthesized seconds of running speech without keywords.</summary>
    public required int SpokenSeconds { get; init; }

    /// <summary>Variants of every clip, of which an epoch sees one.</summary>
    public required int Variants { get; init; }

    /// <summary>The network.</summary>
    public required IReadOnlyList<LayerRecipe> Layers { get; init; }

    /// <summary>Passes over the clips.</summary>
    public required int Epochs { get; init; }

    /// <summary>Passes with weights and activations rounded as the model file rounds them.</summary>
    public required int QuantizedEpochs { get; init; }

    /// <summary>Clips of a step.</summary>
    public required int Batch { get; init; }

    /// <summary>The highest learning rate of the cycle.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Share of activations that is dropped before the last layer.</summary>
    public required double Dropout { get; init; }

    /// <summary>How the blob for the board is made.</summary>
    public ConversionOptions Conversion() => new()
    {
        Labels = SpeechSet.Labels,
        FrontEnd = FrontEnd,
        Detector = Detector,
        Streaming = new StreamingOptions(Hop),
        ScratchBytes = ScratchBytes,
    };

    /// <summary>Reads a recipe.</summary>
    /// <exception cref="InvalidDataException">The file is none.</exception>
    public static Recipe Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Recipe>(File.ReadAllBytes(path), Options) ?? throw new InvalidDataException($"{path}: the file is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {e.LineNumber + 1}: {e.Message}", e);
        }
    }
}
