using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer.Search;

/// <summary>What a search is to try, and within which bounds.</summary>
/// <param name="Load">Makes the graph of floats anew.</param>
/// <param name="Calibration">Samples that ranges are taken from.</param>
/// <param name="Measured">Other samples, which recipes are measured on.</param>
/// <param name="Convert">Makes the blob of a graph that a recipe was applied to.</param>
public sealed record SearchRequest(Func<ModelGraph> Load, SampleSet Calibration, SampleSet Measured, Func<ModelGraph, QuantizationRecipe, ConversionResult> Convert)
{
    /// <summary>What recipes have in common unless something else is tried.</summary>
    public QuantizationRecipe Start { get; init; } = QuantizationRecipe.Default;

    /// <summary>Ways of calibration to try.</summary>
    public IReadOnlyList<CalibrationMethod> Methods { get; init; } = Enum.GetValues<CalibrationMethod>();

    /// <summary>Whether to try activations with zero points, without, or both.</summary>
    public IReadOnlyList<bool> Symmetries { get; init; } = [false, true];

    /// <summary>Whether bits of layers' weights may be chosen; otherwise they are those of <see cref="Start"/>.</summary>
    public bool ChoosesBits { get; init; } = true;

    /// <summary>Whether bits of layers' activations may be chosen; otherwise they are those of <see cref="Start"/>.</summary>
    public bool ChoosesWidth { get; init; } = true;

    /// <summary>Index of the output that is held against the labels.</summary>
    public int Scored { get; init; }

    /// <summary>What the chosen recipe must keep to.</summary>
    public IReadOnlyList<RecipeBound> Bounds { get; init; } = [];

    /// <summary>Try other bits of layers although no bound asks for it, to see what they would come to.</summary>
    public bool TriesPrecision { get; init; }

    /// <summary>Counts the RV32 instructions of an inference; null to leave them out.</summary>
    public Func<ConversionResult, double>? Cost { get; init; }
}
