using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Algorithms;

namespace EdgeInfer.Quantizer.Search;

/// <summary>
/// Which layers get which bits. Noise adds up over layers, nearly, so that each layer's share is measured once, by changing that layer alone; layers are
/// then changed in the order of what they gain for their bytes.
/// </summary>
internal sealed class Precision
{
    /// <summary>Recipes of a deep network that are tried: enough to see where it bends.</summary>
    private const int MostSteps = 12;

    private readonly NoiseMeter _noise;
    private string[]? _order;

    /// <summary>Looks at a model.</summary>
    /// <param name="noise">Measures recipes.</param>
    public Precision(NoiseMeter noise)
    {
        _noise = noise;
        FullBytes = BytesOf(QuantizationRecipe.Default);
    }

    /// <summary>Bytes that the weights take with 8 bits.</summary>
    public double FullBytes { get; }

    /// <summary>Bytes that the weights take, as a part of what they take with 8 bits.</summary>
    /// <param name="recipe">Says how many bits each has.</param>
    /// <returns>The part.</returns>
    public double WeightShare(QuantizationRecipe recipe) => FullBytes == 0 ? 1 : BytesOf(recipe) / FullBytes;

    /// <summary>Recipes with ever fewer layers of 4-bit weights, from all to one.</summary>
    /// <param name="way">What they have in common.</param>
    /// <param name="progress">Hears which part of the layers was measured.</param>
    /// <returns>The recipes.</returns>
    public IEnumerable<QuantizationRecipe> Narrowed(QuantizationRecipe way, Action<double> progress)
    {
        string[] order = Order(way, progress);
        int steps = Math.Min(order.Length, MostSteps);
        return Enumerable.Range(0, steps).Select(step => With(way, order.Take(step * order.Length / steps)));
    }

    /// <summary>The recipe that gives 8 bits to as many layers as fit a number of bytes.</summary>
    /// <param name="way">What it is apart from that.</param>
    /// <param name="share">Bytes of weights, as a part of what they take with 8 bits.</param>
    /// <returns>The recipe; with 4 bits throughout where nothing more fits.</returns>
    public QuantizationRecipe Filled(QuantizationRecipe way, double share)
    {
        QuantizationRecipe recipe = With(way, []);
        foreach (string layer in Order(way, static _ => { }))
        {
            QuantizationRecipe more = With(way, recipe.EightBitLayers.Append(layer));
            if (WeightShare(more) <= share) recipe = more;
        }

        return recipe;
    }

    /// <summary>Layers whose weights may have 4 bits, those first that lower the noise most for the bytes that 8 bits take.</summary>
    private string[] Order(QuantizationRecipe way, Action<double> progress)
    {
        if (_order is not null) return _order;

        QuantizationRecipe narrow = With(way, []);
        string[] layers = [.. Weights(narrow).Where(w => w.Bits == 4).Select(w => w.Layer)];
        double before = _noise.Of(narrow), done = 0;
        (string Layer, double Gain)[] gains = [.. layers.Select(layer =>
        {
            QuantizationRecipe trial = With(way, [layer]);
            progress(++done / layers.Length);
            return (layer, (before - _noise.Of(trial)) / (BytesOf(trial) - BytesOf(narrow)));
        })];
        return _order = [.. gains.OrderByDescending(g => g.Gain).ThenBy(g => g.Layer, StringComparer.Ordinal).Select(g => g.Layer)];
    }

    private double BytesOf(QuantizationRecipe recipe) => Weights(recipe).Sum(w => ((w.Count * w.Bits) + 7) / 8);

    /// <summary>Layers with weights; those that compute with 16-bit activations keep 8 bits.</summary>
    private IEnumerable<(string Layer, long Count, int Bits)> Weights(QuantizationRecipe recipe)
    {
        ModelGraph graph = BiasCorrection.CopyOf(_noise.Graph);
        IReadOnlySet<GraphTensor> wide = WideActivations.Plan(graph, recipe);
        foreach (Operator op in graph.Operators)
        {
            if (FloatGraph.WeightsOf(op) is { } weighted) yield return (op.Output.Name, weighted.Weights.Count, WideForm.IsUsed(op, wide.Contains) ? 8 : recipe.BitsOf(op));
        }
    }

    private static QuantizationRecipe With(QuantizationRecipe way, IEnumerable<string> eightBits) => way with { WeightBits = 4, EightBitLayers = new HashSet<string>(eightBits) };
}
