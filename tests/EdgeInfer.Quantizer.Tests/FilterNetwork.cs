using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>Three SVDFs, one of which remembers nothing, and a matrix product, for sequences of frames in which slow waves make what is remembered matter.</summary>
internal sealed class FilterNetwork
{
    private const int Inputs = 12, Classes = 5;

    private readonly FloatFilterOracle[] _filters;
    private readonly float[] _matrix, _bias;

    public FilterNetwork()
    {
        Random random = new(11);
        _filters =
        [
            new FloatFilterOracle(random, Inputs, 16, 2, 8, hasBias: true, FusedActivation.Relu),
            new FloatFilterOracle(random, 16, 10, 1, 6, hasBias: false, FusedActivation.None),
            new FloatFilterOracle(random, 10, 8, 3, 1, hasBias: true, FusedActivation.None),
        ];
        (_matrix, _bias) = (FloatFilterOracle.Numbers(random, Classes * 8, 0.5f), FloatFilterOracle.Numbers(random, Classes, 0.2f));
    }

    public ModelGraph Graph()
    {
        ModelGraph graph = new("filters");
        GraphTensor x = Activation("x", Inputs), y = Activation("y", Classes);
        graph.Inputs.Add(x);
        for (int i = 0; i < _filters.Length; i++)
        {
            GraphTensor output = Activation($"filter {i}", _filters[i].Outputs);
            graph.Operators.Add(_filters[i].Operator(x, output));
            x = output;
        }

        graph.Operators.Add(new FullyConnected(x, FloatFilterOracle.Constant("matrix", _matrix, Classes, 8), FloatFilterOracle.Constant("matrix bias", _bias, Classes), y, FusedActivation.None));
        graph.Outputs.Add(y);
        return graph;
    }

    /// <summary>What the network says to every frame of a sample, by the definition of its layers.</summary>
    public float[] Run(Sample sample)
    {
        float[][] frames = [.. sample.Inputs[0].Chunk(Inputs)];
        foreach (FloatFilterOracle filter in _filters) frames = filter.Run(frames);
        return [.. frames.SelectMany(f => Enumerable.Range(0, Classes).Select(c => (float)(_bias[c] + f.Select((v, i) => (double)v * _matrix[(c * 8) + i]).Sum())))];
    }

    /// <summary>Sequences of three lengths, each of waves with frequencies of their own.</summary>
    public static Sample[] Samples(int count, int seed = 1)
    {
        Random random = new(seed);
        float[] Numbers(float reach) => [.. Enumerable.Range(0, Inputs).Select(_ => reach * random.NextSingle())];
        return [.. Enumerable.Range(0, count).Select(s =>
        {
            float[] frequencies = Numbers(0.5f), phases = Numbers(6);
            int frames = 10 + (s % 3 * 7);
            return Sample.OfFrames([.. Enumerable.Range(0, frames).Select(t => new float[][] { [.. Numbers(0.2f).Select((noise, i) => MathF.Sin((t * frequencies[i]) + phases[i]) + noise)] })], s % Classes, $"#{s}");
        })];
    }

    private static GraphTensor Activation(string name, int count) => new(name, ElementType.Float32, [1, count]);
}
