using System.Globalization;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer.Analysis;

/// <summary>What a user can do about a layer, in plain words.</summary>
public static class Advice
{
    private const double Harmless = 30;
    private const double MuchSaturation = 0.01;
    private const double UnevenChannels = 8;
    private const double LongTail = 4;

    /// <summary>Decibels that are worth 16 bits: three quarters of the noise.</summary>
    private const double WorthWidening = 6;

    /// <summary>Looks at a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="widening">The command that quantizes the model as it was quantized here but for a layer, which it gives 16-bit activations.</param>
    /// <returns>Sentences, the most useful first; none where nothing is wrong.</returns>
    public static IEnumerable<string> For(LayerAnalysis layer, Func<string, string> widening)
    {
        TensorStatistics seen = layer.Seen;
        if (seen.Min == seen.Max) yield return "It gives the same number whatever the input is; the layer can be left out of the model.";
        if (layer.Sensitivity < Harmless && layer.Widened > layer.Sensitivity + WorthWidening)
        {
            yield return Text($"Its result is what costs: with 16 bits for it the layer alone leaves the output's noise {layer.Widened:0} dB below the signal instead of {layer.Sensitivity:0}: {widening(layer.Tensor.Name)}");
        }

        if (layer.Saturation > MuchSaturation)
        {
            yield return Text($"{100 * layer.Saturation:0.0} % of its numbers lie outside the range and are cut off. Calibrate with samples that are more like the real ones, or with --calibration min-max.");
        }

        // What comes out of these is the same for every model: one class of many, or a part of it.
        if (layer.Operator is nameof(Softmax) or nameof(Logistic) or nameof(Tanh)) yield break;

        double[] reach = [.. seen.ChannelMax.Select((m, c) => (double)Math.Max(Math.Abs(m), Math.Abs(seen.ChannelMin[c]))).Order()];
        double median = reach[reach.Length / 2];
        if (reach.Length > 2 && median > 0 && reach[^1] > UnevenChannels * median)
        {
            yield return Text($"One channel reaches {reach[^1] / median:0} times as far as the middle one and takes the steps from the others. Equalization evens that out where a ReLU or nothing is between two layers; elsewhere use ReLU6 or weight decay in training.");
        }

        if (reach.Length > 2 && reach[0] == 0) yield return Text($"{reach.Count(r => r == 0)} of its {reach.Length} channels are always zero; a smaller layer would do the same.");
        (float Min, float Max) bulk = RangeEstimator.Estimate(seen, CalibrationMethod.Percentile);
        if (seen.Max - seen.Min > LongTail * (bulk.Max - bulk.Min))
        {
            yield return Text($"A few numbers reach {(seen.Max - seen.Min) / Math.Max(bulk.Max - bulk.Min, 1e-9f):0} times as far as 99.98 % of them. Look whether the samples that cause them are sound.");
        }

        if (layer.Sensitivity < Harmless) yield return Text($"Alone it brings the output's noise to {layer.Sensitivity:0} dB below the signal: more than the other layers are worth looking at.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
