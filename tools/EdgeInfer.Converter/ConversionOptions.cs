using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Streaming;

namespace EdgeInfer.Converter;

/// <summary>What a user may choose about a conversion.</summary>
public sealed record ConversionOptions
{
    /// <summary>Labels of the classes, in the order of the output; empty for none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Keep names, shapes and quantization of every operator's output in the blob.</summary>
    public bool KeepNames { get; init; } = true;

    /// <summary>
    /// Bytes that the arena may take; null for no limit. Where the limit is lower than what the model needs, its widest stage is
    /// run band by band, which repeats some multiply-accumulates.
    /// </summary>
    public int? ArenaLimit { get; init; }

    /// <summary>
    /// Bytes of scratch for convolutions, which run the faster the more positions they have room for; null for no more than in-place
    /// operation saves, so that the arena stays as small as it can be.
    /// </summary>
    public int? ScratchBytes { get; init; }

    /// <summary>
    /// Bytes of the buffer into which weights are read while the model runs; 0 for as many as the largest layer takes, null to
    /// load all weights with the model. Layers larger than the buffer are divided.
    /// </summary>
    public int? WeightBuffer { get; init; }

    /// <summary>Frames of the self-test that the blob carries; 0 for none.</summary>
    public int SelfTestFrames { get; init; } = 1;

    /// <summary>
    /// Keep the weights of fully connected layers, the features of SVDF and the gates of LSTM packed in the arena, eight bytes for
    /// three of them: about half the instructions a product. The blob holds them as before.
    /// </summary>
    public bool PackWeights { get; init; }

    /// <summary>What makes the model's input of audio, to be carried by the blob; null for none.</summary>
    public FrontEndConfiguration? FrontEnd { get; init; }

    /// <summary>When the model is run and what of its output is a detection; used where there is a front end.</summary>
    public DetectorConfiguration Detector { get; init; } = new();

    /// <summary>Make a model that takes new frames only and keeps a state; null for the model as it is.</summary>
    public StreamingOptions? Streaming { get; init; }

    /// <summary>What becomes of padding in time; anything but <see cref="TimePadding.Keep"/> makes another model of it.</summary>
    public TimePadding TimePadding { get; init; }

    /// <summary>Dimension of the first image that is time, where <see cref="Streaming"/> or <see cref="TimePadding"/> asks for it; null to find it.</summary>
    public int? TimeAxis { get; init; }

    /// <summary>The recipe of quantization, a text to be carried by the blob; null where it came quantized.</summary>
    public string? Recipe { get; init; }
}
