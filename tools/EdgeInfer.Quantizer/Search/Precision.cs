using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Search;

/// <summary>
/// Which layers get which bits. Noise adds up over layers, nearly, so that each layer's share is measured once, by changing that layer alone; layers are
/// then changed in the order of what they gain for their bytes.
/// </summary>
internal sealed class Precision
{
    private const int MeasuredSamples = 64;

    /// <summary>Recipes of a deep network that are tried: enough to see where it bends.</summary>
    private const int MostSteps = 12;

    private readonly SearchRequest _request;
    private readonly ModelGraph _plain;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly ModelEvaluation _exact;
    private string[]? _order;

    /// <summary>Looks at a model.</summary>
    /// <param name="request">What is searched.</param>
    /// <param name="exact">What the model of floats says to all measured samples.</param>
    public Precision(SearchRequest request, ModelEvaluation exact)
    {
        _request = request;
        _plain = request.Load();
        PassPipeline.Simplify(_plain);
        _samples = request.Measured.Pick(MeasuredSamples);
        _exact = _samples.Count == request.Measured.Samples.Count ? exact : ModelEvaluation.OfFloat(_plain, _samples);
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
        string[] layers = [.. _plain.Operators.Where(op => FloatGraph.WeightsOf(op) is not null && narrow.BitsOf(op) == 4).Select(op => op.Output.Name)];
        double before = Noise(narrow), done = 0;
        (string Layer, double Gain)[] gains = [.. layers.Select(layer =>
        {
            QuantizationRecipe trial = With(way, [layer]);
            progress(++done / layers.Length);
            return (layer, (before - Noise(trial)) / (BytesOf(trial) - BytesOf(narrow)));
        })];
        return _order = [.. gains.OrderByDescending(g => g.Gain).ThenBy(g => g.Layer, StringComparer.Ordinal).Select(g => g.Layer)];
    }

    private double Noise(QuantizationRecipe recipe)
    {
        ModelGraph graph = _request.Load();
        PostTrainingQuantizer.Run(graph, _request.Calibration, recipe with { CorrectBias = false, Samples = MeasuredSamples });
        return Math.Pow(10, -ModelEvaluation.OfFloat(graph, _samples, quantize: true).Sqnr(_exact) / 10);
    }

    private double BytesOf(QuantizationRecipe recipe) =>
        _plain.Operators.Sum(op => FloatGraph.WeightsOf(op) is { } weighted ? (((long)weighted.Weights.Count * recipe.BitsOf(op)) + 7) / 8 : 0);

    private static QuantizationRecipe With(QuantizationRecipe way, IEnumerable<string> eightBits) => way with { WeightBits = 4, EightBitLayers = new HashSet<string>(eightBits) };
}
