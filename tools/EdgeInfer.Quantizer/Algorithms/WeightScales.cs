using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>Gives weights their scales.</summary>
public static class WeightScales
{
    /// <summary>Integers that a bias may reach: a margin for what is added to it, below 2^31.</summary>
    private const double LargestBias = 1 << 30;

    /// <summary>The same where sums have 64 bits.</summary>
    private const double LargestWideBias = 1L << 45;

    /// <summary>The least factor from accumulator to output for which 31 bits of it still are exact enough; of 64 bits 15 are, and shifts end at 46.</summary>
    private const double LeastFactor = 1.0 / (1 << 24), LeastWideFactor = 1.0 / (1 << 30);

    /// <summary>Magnitude of a state of 16 bits.</summary>
    private const double LargestState = -short.MinValue;

    /// <summary>Gives all weights that have none their scales; activations have theirs.</summary>
    /// <param name="graph">The graph of floats, changed in place.</param>
    /// <param name="perChannel">One scale an output channel rather than one for all.</param>
    /// <param name="bitsOf">Bits that the weights of an operator shall have, 8 or 4; null for 8. To 16-bit activations belong weights of 8 bits.</param>
    public static void Apply(ModelGraph graph, bool perChannel, Func<Operator, int>? bitsOf = null)
    {
        foreach (Operator op in graph.Operators)
        {
            if (op is Svdf filter) Apply(filter);
            if (FloatGraph.WeightsOf(op) is not { } weighted || FilterLayout.Of(op) is not { } layout || weighted.Weights.Quantization is not null) continue;

            bool isWide = WideForm.IsUsed(op);
            int bits = isWide ? 8 : bitsOf?.Invoke(op) ?? 8;
            Quantization quantization = UniformQuantizer.ForWeights(weighted.Weights, weighted.Axis, perChannel, bits);
            if (bits < 8) quantization = WithLeastError(op, layout, quantization);
            float input = WideForm.ScaleOf(op, op.Input), output = WideForm.ScaleOf(op, op.Output);
            float[] bias = FloatConstants.Bias(op, layout.OutputChannels);
            float[] scales = [.. quantization.Scales];
            for (int c = 0; c < layout.OutputChannels; c++)
            {
                // Channels that hardly have weights, but have a bias, would need more bits for it than sums have.
                int index = scales.Length == 1 ? 0 : c;
                double least = Math.Max(Math.Abs(bias[c]) / (isWide ? LargestWideBias : LargestBias), (isWide ? LeastWideFactor : LeastFactor) * output) / input;
                scales[index] = (float)Math.Max(scales[index], least);
            }

            FloatConstants.Replace(op, 1, weighted.Weights.Floats().ToArray(), quantization with { Scales = scales });
        }
    }

    /// <summary>One scale a tensor, as the kernel demands. Sums over an output's filters and their memories must fit 32 bits, whatever is remembered.</summary>
    private static void Apply(Svdf op)
    {
        if (op.WeightsFeature.Quantization is not null || op.WeightsTime.Quantization is not null) return;

        float input = op.Input.Quantization!.Scale, state = op.State.Quantization!.Scale, output = op.Output.Quantization!.Scale;
        Quantization features = UniformQuantizer.ForWeights(op.WeightsFeature, 0, perChannel: false), times = UniformQuantizer.ForTimeWeights(op.WeightsTime);
        float[] weights = op.WeightsTime.Floats().ToArray(), bias = FloatConstants.Bias(op, op.Output.Shape[^1]);
        int taps = weights.Length / bias.Length;
        double most = bias.Select((b, i) => (LargestState * weights.AsSpan(i * taps, taps).ToArray().Sum(w => (double)Math.Abs(w))) + (Math.Abs(b) / state)).Max();
        double fits = Math.Max(most / Math.Max(1, int.MaxValue - (LargestState / 2 * taps)), bias.Max(Math.Abs) / LargestBias / state);
        FloatConstants.Replace(op, 1, op.WeightsFeature.Floats().ToArray(), features with { Scales = [(float)Math.Max(features.Scale, LeastFactor * state / input)] });
        FloatConstants.Replace(op, 2, weights, times with { Scales = [(float)Math.Max(times.Scale, Math.Max(fits, LeastFactor * output / state))] });
    }

    /// <summary>With few integers it pays to cut the largest weights off: of several smaller scales the one with the least squared error is taken.</summary>
    private static Quantization WithLeastError(Operator op, FilterLayout layout, Quantization quantization)
    {
        const int Candidates = 40;
        float[] weights = op.Inputs[1]!.Floats().ToArray(), scales = [.. quantization.Scales];
        int most = UniformQuantizer.LargestOf(quantization.Bits);
        double[] least = [.. scales.Select(_ => double.PositiveInfinity)];
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            float factor = 1 - (candidate * 0.6f / Candidates);
            double[] errors = new double[scales.Length];
            for (int i = 0; i < weights.Length; i++)
            {
                int channel = scales.Length == 1 ? 0 : layout.OutputOf(i);
                double scale = quantization.Scales[channel] * factor, error = (Math.Clamp(Math.Round(weights[i] / scale), -most, most) * scale) - weights[i];
                errors[channel] += error * error;
            }

            for (int c = 0; c < scales.Length; c++)
            {
                if (errors[c] >= least[c]) continue;
                least[c] = errors[c];
                scales[c] = quantization.Scales[c] * factor;
            }
        }

        return quantization with { Scales = scales };
    }
}
