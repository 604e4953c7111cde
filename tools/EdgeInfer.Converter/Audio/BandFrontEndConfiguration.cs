using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Audio;

/// <summary>The front end for boards that interpret, as it is configured when a model is trained. Defaults are those of EdgeInfer's own keyword model.</summary>
public sealed record BandFrontEndConfiguration : FrontEndConfiguration
{
    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 16000;

    /// <summary>Samples from the start of a frame to the start of the next.</summary>
    public int StepSamples { get; init; } = 512;

    /// <summary>Samples from the start of one of a frame's three transforms to the start of the next; each looks at 128.</summary>
    public int TransformSpacing { get; init; } = 192;

    /// <summary>The lowest bin that counts, 1 to 31; a bin has 1/128 of the sample rate.</summary>
    public int FirstBin { get; init; } = 1;

    /// <summary>Bins of each band, from the lowest on.</summary>
    public IReadOnlyList<int> BandWidths { get; init; } = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4];

    /// <summary>Energy that becomes the lowest feature, in eighths of an octave above the smallest; 256 of them are told apart.</summary>
    public int Floor { get; init; } = 100;

    /// <inheritdoc/>
    public override byte[] WriteChunk() => BandFrontEndChunk.Write(this);

    /// <inheritdoc/>
    /// <remarks>32 steps are four octaves of energy.</remarks>
    public override Quantization FeatureQuantization() => new(1f / 32, 0);
}
