using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>
/// An SVDF of floats by its definition: a convolution over the frames of a sequence, before which there was nothing. It has no state that could be carried wrongly.
/// </summary>
internal sealed class FloatFilterOracle
{
    private readonly float[] _features, _times;
    private readonly float[]? _bias;

    public FloatFilterOracle(Random random, int inputs, int outputs, int rank, int memory, bool hasBias, FusedActivation activation)
    {
        (Inputs, Outputs, Rank, Memory, Activation) = (inputs, outputs, rank, memory, activation);
        _features = Numbers(random, outputs * rank * inputs, 1 / MathF.Sqrt(inputs));
        _times = Numbers(random, outputs * rank * memory, 1 / MathF.Sqrt(rank * memory));
        _bias = hasBias ? Numbers(random, outputs, 0.3f) : null;
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int Rank { get; }

    public int Memory { get; }

    public FusedActivation Activation { get; }

    /// <summary>Numbers of both signs, most of them small.</summary>
    public static float[] Numbers(Random random, int count, float reach) => [.. Enumerable.Range(0, count).Select(_ => reach * 2 * (random.NextSingle() + random.NextSingle() - 1))];

    public static GraphTensor Constant(string name, float[] values, params int[] shape) => new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };

    public Svdf Operator(GraphTensor input, GraphTensor output)
    {
        int filters = Outputs * Rank;
        return new Svdf(
            input,
            Constant($"{output.Name} features", _features, filters, Inputs),
            Constant($"{output.Name} times", _times, filters, Memory),
            _bias is null ? null : Constant($"{output.Name} bias", _bias, Outputs),
            new GraphTensor($"{output.Name} state", ElementType.Float32, [1, filters * Memory]) { IsVariable = true },
            output,
            Rank,
            Activation);
    }

    public float[][] Run(float[][] frames)
    {
        float[][] results = new float[frames.Length][];
        for (int t = 0; t < frames.Length; t++)
        {
            results[t] = new float[Outputs];
            for (int output = 0; output < Outputs; output++)
            {
                double sum = _bias?[output] ?? 0;
                for (int filter = output * Rank; filter < (output + 1) * Rank; filter++)
                {
                    for (int ago = 0; ago < Memory && ago <= t; ago++)
                    {
                        double feature = 0;
                        for (int i = 0; i < Inputs; i++) feature += (double)_features[(filter * Inputs) + i] * frames[t - ago][i];
                        sum += feature * _times[(filter * Memory) + Memory - 1 - ago];
                    }
                }

                results[t][output] = (float)(Activation == FusedActivation.Relu ? Math.Max(sum, 0) : sum);
            }
        }

        return results;
    }
}
