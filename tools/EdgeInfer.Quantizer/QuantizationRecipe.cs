using System.ComponentModel.DataAnnotations;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer;

/// <summary>How a model of floats becomes one of integers.</summary>
public sealed record QuantizationRecipe
{
    /// <summary>What is done unless something else is asked for.</summary>
    public static QuantizationRecipe Default { get; } = new();

    /// <summary>The simplest way: extremes as ranges, one scale a tensor, nothing corrected. What the others are compared with.</summary>
    public static QuantizationRecipe Naive { get; } = new()
    {
        Method = CalibrationMethod.MinMax,
        PerChannel = false,
        Equalize = false,
        AbsorbBias = false,
        RoundAdaptively = false,
        CorrectBias = false,
    };

    /// <summary>How ranges of activations follow from samples.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Mse;

    /// <summary>Samples to calibrate with, at most.</summary>
    [Range(1, 1_000_000)]
    public int Samples { get; init; } = 256;

    /// <summary>Calibrate with one half of the samples, of each class every other one, and measure on the others.</summary>
    public bool HoldOutHalf { get; init; }

    /// <summary>Weights have one scale an output channel rather than one a tensor.</summary>
    public bool PerChannel { get; init; } = true;

    /// <summary>Bits of weights, 8 or 4. Depthwise layers and transposed convolutions keep 8: the device widens their weights anyway.</summary>
    [AllowedValues(8, 4)]
    public int WeightBits { get; init; } = 8;

    /// <summary>Names of the results of layers whose weights keep 8 bits although <see cref="WeightBits"/> is 4.</summary>
    public IReadOnlySet<string> EightBitLayers { get; init; } = new HashSet<string>();

    /// <summary>Bits of activations, 8 or 16. Operators without a 16-bit kernel keep 8.</summary>
    [AllowedValues(8, 16)]
    public int ActivationBits { get; init; } = 8;

    /// <summary>Names of the results of layers that have 16 bits although <see cref="ActivationBits"/> is 8. The layer, and those that read it, then compute with 16 bits and with weights of 8.</summary>
    public IReadOnlySet<string> SixteenBitLayers { get; init; } = new HashSet<string>();

    /// <summary>Bits of the model's inputs and outputs, 8 or 16; null for <see cref="ActivationBits"/>. An input whose quantization a front end has set keeps it.</summary>
    [AllowedValues(null, 8, 16)]
    public int? PortBits { get; init; }

    /// <summary>Bits of the model's inputs and outputs.</summary>
    public int BitsOfPorts => PortBits ?? ActivationBits;

    /// <summary>Zero points of 8-bit activations are 0.</summary>
    public bool Symmetric { get; init; }

    /// <summary>Make the channels between two layers equally large.</summary>
    public bool Equalize { get; init; } = true;

    /// <summary>Move what a channel never falls below into the next layer.</summary>
    public bool AbsorbBias { get; init; } = true;

    /// <summary>Round weights so that results come out best.</summary>
    public bool RoundAdaptively { get; init; } = true;

    /// <summary>Take the mean error out of every layer.</summary>
    public bool CorrectBias { get; init; } = true;

    /// <summary>Names of all layers that the recipe speaks of.</summary>
    public IEnumerable<string> NamedLayers => EightBitLayers.Union(SixteenBitLayers).Order(StringComparer.Ordinal);

    /// <summary>Bits of the weights of a layer.</summary>
    /// <param name="op">The layer.</param>
    /// <returns>8 or 4.</returns>
    public int BitsOf(Operator op) => op is DepthwiseConv2D or TransposeConv or Svdf || EightBitLayers.Contains(op.Output.Name) ? 8 : WeightBits;

    /// <summary>Tells whether another recipe gives every layer the same bits.</summary>
    /// <param name="other">The other recipe.</param>
    /// <returns>True where it does.</returns>
    public bool HasBitsOf(QuantizationRecipe other) =>
        WeightBits == other.WeightBits && EightBitLayers.SetEquals(other.EightBitLayers) && HasActivationsOf(other);

    /// <summary>Tells whether another recipe gives every activation the same bits.</summary>
    /// <param name="other">The other recipe.</param>
    /// <returns>True where it does.</returns>
    public bool HasActivationsOf(QuantizationRecipe other) =>
        ActivationBits == other.ActivationBits && BitsOfPorts == other.BitsOfPorts && SixteenBitLayers.SetEquals(other.SixteenBitLayers);

    /// <summary>The recipe in a few words, in which no two recipes of a search are alike.</summary>
    public string Summary => Summarize(layers => string.Join(' ', layers));

    /// <summary>The same with numbers of layers in place of their names.</summary>
    public string ShortSummary => Summarize(layers => layers.Length == 1 ? "1 layer" : $"{layers.Length} layers");

    /// <summary>The recipe in words, a line each.</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string> Describe()
    {
        string[] layers = [.. EightBitLayers.Order(StringComparer.Ordinal)], wide = [.. SixteenBitLayers.Order(StringComparer.Ordinal)];
        string narrow = $"int8, {(Symmetric ? "symmetric" : "asymmetric")}", ports = BitsOfPorts == ActivationBits ? string.Empty : $", inputs and outputs int{BitsOfPorts}";
        yield return $"activations {(ActivationBits == 16 ? "int16" : wide.Length == 0 ? narrow : $"{narrow}, int16 in {string.Join(' ', wide)}")}{ports}, ranges by {Method}";
        yield return $"weights {(WeightBits == 8 ? "int8" : layers.Length == 0 ? "int4" : $"int4, int8 in {string.Join(' ', layers)}")}, one scale a {(PerChannel ? "channel" : "tensor")}{(RoundAdaptively ? ", adaptive rounding" : string.Empty)}";
        string[] steps = [.. new[] { Equalize ? "cross-layer equalization" : "", AbsorbBias ? "high-bias absorption" : "", CorrectBias ? "bias correction" : "" }.Where(s => s.Length > 0)];
        if (steps.Length > 0) yield return string.Join(", ", steps);
    }

    private string Summarize(Func<string[], string> tell)
    {
        string[] layers = [.. EightBitLayers.Order(StringComparer.Ordinal)], wide = [.. SixteenBitLayers.Order(StringComparer.Ordinal)];
        (string Word, bool IsDone)[] steps = [("symmetric", Symmetric), ("per tensor", !PerChannel), ("equalized", Equalize), ("absorbed", AbsorbBias), ("rounded", RoundAdaptively), ("corrected", CorrectBias)];
        string bits = WeightBits == 8 ? string.Empty : layers.Length == 0 ? ", int4" : $", int4 but for {tell(layers)}";
        string activations = ActivationBits == 16 ? ", 16-bit activations" : wide.Length == 0 ? string.Empty : $", 16-bit activations in {tell(wide)}";
        string ports = BitsOfPorts == ActivationBits ? string.Empty : $", {BitsOfPorts}-bit ports";
        return $"{Method}{string.Concat(steps.Where(s => s.IsDone).Select(s => $", {s.Word}"))}{bits}{activations}{ports}";
    }
}
