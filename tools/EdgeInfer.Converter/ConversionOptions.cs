namespace EdgeInfer.Converter;

/// <summary>What a user may choose about a conversion.</summary>
public sealed record ConversionOptions
{
    /// <summary>Labels of the classes, in the order of the output; empty for none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Keep names, shapes and quantization of every operator's output in the blob.</summary>
    public bool KeepNames { get; init; } = true;

    /// <summary>Frames of the self-test that the blob carries; 0 for none.</summary>
    public int SelfTestFrames { get; init; } = 1;

    /// <summary>
    /// Keep the weights of fully connected layers, the features of SVDF and the gates of LSTM packed in the arena, eight bytes for
    /// three of them: about half the instructions a product. The blob holds them as before.
    /// </summary>
    public bool PackWeights { get; init; }
}
