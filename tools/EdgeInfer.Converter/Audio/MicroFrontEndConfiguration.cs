using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Audio;

/// <summary>
/// The micro front end as it is configured when a model is trained. Defaults are those of micro_speech; names and units are those of the C library.
/// </summary>
public sealed record MicroFrontEndConfiguration : FrontEndConfiguration
{
    /// <summary>What TFLM's micro_speech models listen to: 30 ms every 20 ms.</summary>
    public static MicroFrontEndConfiguration MicroSpeech { get; } = new();

    /// <summary>What ESPHome's micro_wake_word models listen to: 30 ms every 10 ms.</summary>
    public static MicroFrontEndConfiguration MicroWakeWord { get; } = new() { StepMilliseconds = 10 };

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 16000;

    /// <summary>Length of a frame.</summary>
    public int WindowMilliseconds { get; init; } = 30;

    /// <summary>From the start of a frame to the start of the next.</summary>
    public int StepMilliseconds { get; init; } = 20;

    /// <summary>Channels of the filter bank: the features of a frame.</summary>
    public int Channels { get; init; } = 40;

    /// <summary>Where the lowest channel begins, in Hz.</summary>
    public float LowerBandLimit { get; init; } = 125;

    /// <summary>Where the highest channel ends, in Hz.</summary>
    public float UpperBandLimit { get; init; } = 7500;

    /// <summary>Bits of a noise estimate behind the point.</summary>
    public int SmoothingBits { get; init; } = 10;

    /// <summary>Share of a new frame in the noise estimates of channels 0, 2, ...</summary>
    public float EvenSmoothing { get; init; } = 0.025f;

    /// <summary>Share of a new frame in the noise estimates of channels 1, 3, ...</summary>
    public float OddSmoothing { get; init; } = 0.06f;

    /// <summary>Share of a signal that noise reduction leaves at least.</summary>
    public float MinimumSignalRemaining { get; init; } = 0.05f;

    /// <summary>Whether channels are divided by a power of their noise estimates.</summary>
    public bool GainControl { get; init; } = true;

    /// <summary>The power, 0 to 1.</summary>
    public float GainStrength { get; init; } = 0.95f;

    /// <summary>Added to a noise estimate before the power is taken.</summary>
    public float GainOffset { get; init; } = 80;

    /// <summary>Bits of a gain behind the point.</summary>
    public int GainBits { get; init; } = 21;

    /// <summary>log2 of the steps of a feature to one neper.</summary>
    public int LogScaleShift { get; init; } = 6;

    /// <summary>Whose tables these are.</summary>
    public MicroFrontEndTables Tables { get; init; }

    /// <inheritdoc/>
    public override byte[] WriteChunk() => MicroFrontEndChunk.Write(this);

    /// <inheritdoc/>
    /// <remarks>The C library's features x count 10/256 each in training (micro_speech); the device makes (256 x + 333) / 666 - 128 of them.</remarks>
    public override Quantization FeatureQuantization() => new(666f / 256 * (10f / 256), sbyte.MinValue);

    internal int WindowSamples => WindowMilliseconds * SampleRate / 1000;

    internal int StepSamples => StepMilliseconds * SampleRate / 1000;
}
