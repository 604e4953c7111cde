using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>
/// Rounds weights up or down so that a layer's results, rather than its weights, come out best. Errors e of the weights of one output channel give the
/// results a squared error of e' H e, where H = E[x x'] over the inputs x that they multiply, as the quantized network has them (the quadratic form of
/// Nagel et al., Up or Down?, 2020). From the nearest integers, those steps are taken, one weight at a time, that lower it, until none does.
/// </summary>
public static class AdaptiveRounding
{
    /// <summary>Beyond this many weights an output channel the matrix H would take hundreds of megabytes.</summary>
    private const int LargestFilter = 4096;

    /// <summary>Positions of an image that are looked at, evenly spread.</summary>
    private const int PositionsASample = 64;

    private const int Sweeps = 20;

    /// <summary>Rounds the weights of all layers, the first one first.</summary>
    /// <param name="graph">The graph of floats with the quantization of activations and weights, changed in place.</param>
    /// <param name="samples">Samples to measure with.</param>
    /// <param name="progress">Hears which part of the work is done, 0 to 1; may be null.</param>
    public static void Run(ModelGraph graph, IReadOnlyList<Sample> samples, Action<double>? progress = null)
    {
        Operator[] layers = [.. graph.Operators.Where(op => op is not TransposeConv && FilterLayout.Of(op) is not null && op.Inputs[1]!.Quantization is not null)];
        for (int l = 0; l < layers.Length; l++)
        {
            progress?.Invoke(l / (double)layers.Length);
            Patches patches = Patches.Of(layers[l]);
            if (patches.Length > LargestFilter) continue;

            double[][] moments = Moments(graph, layers[l], patches, samples);
            Round(layers[l], patches, moments);
        }

        progress?.Invoke(1);
    }

    private static double[][] Moments(ModelGraph graph, Operator op, Patches patches, IReadOnlyList<Sample> samples)
    {
        int input = graph.Inputs.IndexOf(op.Input);
        using FloatReference? reference = input >= 0 ? null : new FloatReference(graph, [op.Input], quantize: true);
        double[][] moments = [.. Enumerable.Range(0, patches.Groups).Select(_ => new double[patches.Length * patches.Length])];
        float[] patch = new float[patches.Length];
        foreach (Sample sample in samples)
        {
            float[] values = reference is null ? sample.Inputs[input] : reference.Run(sample.Inputs)[0];
            int step = Math.Max(1, patches.Positions / PositionsASample);
            foreach (float[] frame in values.Chunk(op.Input.Count))
            {
                for (int position = 0; position < patches.Positions; position += step)
                {
                    for (int group = 0; group < patches.Groups; group++)
                    {
                        patches.Read(frame, position, group, patch);
                        Accumulate(moments[group], patch);
                    }
                }
            }
        }

        return moments;
    }

    private static void Accumulate(double[] moments, float[] x)
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] == 0) continue;
            Span<double> row = moments.AsSpan(i * x.Length, x.Length);
            for (int j = 0; j < row.Length; j++) row[j] += (double)x[i] * x[j];
        }
    }

    private static void Round(Operator op, Patches patches, double[][] moments)
    {
        GraphTensor weights = op.Inputs[1]!;
        Quantization quantization = weights.Quantization!;
        float[] values = weights.Floats().ToArray();
        int n = patches.Length;
        int most = UniformQuantizer.LargestOf(quantization.Bits);
        double[] errors = new double[n], gradient = new double[n];
        for (int channel = 0; channel < patches.OutputChannels; channel++)
        {
            double[] h = moments[patches.GroupOf(channel)];
            double scale = quantization.Scales[quantization.IsPerChannel ? channel : 0];
            int[] integers = new int[n];
            for (int i = 0; i < n; i++)
            {
                double exact = values[patches.IndexOf(channel, i)] / scale;
                integers[i] = (int)Math.Clamp(Math.Round(exact, MidpointRounding.AwayFromZero), -most, most);
                errors[i] = integers[i] - exact;
            }

            Multiply(h, errors, gradient);
            for (int sweep = 0; sweep < Sweeps && Sweep(h, integers, errors, gradient, most); sweep++)
            {
            }

            for (int i = 0; i < n; i++) values[patches.IndexOf(channel, i)] = (float)(integers[i] * scale);
        }

        FloatConstants.Replace(op, 1, values, quantization);
    }

    /// <summary>Moves every integer by one where that lowers the error and keeps it next to the exact weight.</summary>
    private static bool Sweep(double[] h, int[] integers, double[] errors, double[] gradient, int most)
    {
        bool changed = false;
        int n = integers.Length;
        for (int i = 0; i < n; i++)
        {
            int move = errors[i] > 0 ? -1 : 1;
            double change = (2 * move * gradient[i]) + h[(i * n) + i];
            if (change >= -1e-12 * h[(i * n) + i] || Math.Abs(integers[i] + move) > most) continue;

            integers[i] += move;
            errors[i] += move;
            for (int j = 0; j < n; j++) gradient[j] += move * h[(i * n) + j];
            changed = true;
        }

        return changed;
    }

    private static void Multiply(double[] h, double[] errors, double[] gradient)
    {
        int n = errors.Length;
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            for (int j = 0; j < n; j++) sum += h[(i * n) + j] * errors[j];
            gradient[i] = sum;
        }
    }
}
