using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer;

/// <summary>
/// Chooses the layers whose weights get 4 bits. All start with 4; then the layer gets 8 that lowers the output's noise most for the bytes that it
/// takes, as long as the weights stay within the bound.
/// </summary>
public static class MixedPrecision
{
    private const int MeasuredSamples = 64;

    /// <summary>Searches.</summary>
    /// <param name="load">Makes the graph of floats anew.</param>
    /// <param name="set">Samples.</param>
    /// <param name="start">What the recipe is apart from bits.</param>
    /// <param name="largestShare">Bytes that weights may take, as a part of what they take with 8 bits throughout.</param>
    /// <param name="progress">Hears what is being done and which part of it is done, 0 to 1; may be null.</param>
    /// <returns>The recipe.</returns>
    public static QuantizationRecipe Search(Func<ModelGraph> load, SampleSet set, QuantizationRecipe start, double largestShare, Action<string, double>? progress = null)
    {
        ModelGraph plain = load();
        PassPipeline.Simplify(plain);
        QuantizationRecipe recipe = start with { WeightBits = 4 };
        string[] open = [.. plain.Operators.Where(op => FloatGraph.WeightsOf(op) is not null && recipe.BitsOf(op) == 4).Select(op => op.Output.Name)];
        double all = WeightBytes(plain, start with { WeightBits = 8 });
        IReadOnlyList<Sample> samples = set.Pick(MeasuredSamples);
        ModelEvaluation exact = ModelEvaluation.OfFloat(plain, samples);

        // Noise adds up over layers, nearly, so that each is measured once, by giving it 8 bits alone.
        double before = Noise(recipe), done = 0;
        (string Layer, double Gain)[] gains = [.. open.Select(layer =>
        {
            QuantizationRecipe trial = recipe with { EightBitLayers = new HashSet<string> { layer } };
            progress?.Invoke("Trying layers with 8 bits", ++done / open.Length);
            return (layer, (before - Noise(trial)) / (WeightBytes(plain, trial) - WeightBytes(plain, recipe)));
        })];
        foreach ((string layer, _) in gains.OrderByDescending(g => g.Gain).ThenBy(g => g.Layer, StringComparer.Ordinal))
        {
            QuantizationRecipe trial = recipe with { EightBitLayers = new HashSet<string>(recipe.EightBitLayers) { layer } };
            if (WeightBytes(plain, trial) <= largestShare * all) recipe = trial;
        }

        return recipe;

        double Noise(QuantizationRecipe trial)
        {
            ModelGraph graph = load();
            PostTrainingQuantizer.Run(graph, set, trial with { CorrectBias = false, Samples = MeasuredSamples });
            return Math.Pow(10, -ModelEvaluation.OfFloat(graph, samples, quantize: true).Sqnr(exact) / 10);
        }
    }

    /// <summary>Bytes that the weights of a graph take.</summary>
    /// <param name="graph">The graph of floats.</param>
    /// <param name="recipe">Says how many bits each has.</param>
    /// <returns>The bytes, without scales and biases.</returns>
    public static long WeightBytes(ModelGraph graph, QuantizationRecipe recipe) =>
        graph.Operators.Sum(op => FloatGraph.WeightsOf(op) is { } weighted ? ((long)weighted.Weights.Count * recipe.BitsOf(op) + 7) / 8 : 0);
}
