using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Search;

/// <summary>Noise of the outputs with a recipe, fast: few samples, and biases as they are. Good enough to compare what single layers cost.</summary>
internal sealed class NoiseMeter
{
    private const int MeasuredSamples = 64;

    private readonly SearchRequest _request;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly ModelEvaluation _exact;

    /// <summary>Looks at a model.</summary>
    /// <param name="request">What is searched.</param>
    /// <param name="exact">What the model of floats says to all measured samples.</param>
    public NoiseMeter(SearchRequest request, ModelEvaluation exact)
    {
        _request = request;
        Graph = request.Load();
        PassPipeline.Simplify(Graph);
        _samples = request.Measured.Pick(MeasuredSamples);
        _exact = _samples.Count == request.Measured.Samples.Count ? exact : ModelEvaluation.OfFloat(Graph, _samples);
    }

    /// <summary>The graph of floats, simplified; nothing is quantized in it.</summary>
    public ModelGraph Graph { get; }

    /// <summary>Measures a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Power of the noise, as a part of that of the signal.</returns>
    public double Of(QuantizationRecipe recipe)
    {
        ModelGraph graph = _request.Load();
        PostTrainingQuantizer.Run(graph, _request.Calibration, recipe with { CorrectBias = false, Samples = MeasuredSamples });
        return Math.Pow(10, -ModelEvaluation.OfFloat(graph, _samples, quantize: true).Sqnr(_exact) / 10);
    }
}
