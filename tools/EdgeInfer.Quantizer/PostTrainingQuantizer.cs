using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Algorithms;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer;

/// <summary>
/// Quantizes after training. Everything it does is written into the graph of floats: equalized weights, corrected biases, and the quantization that every
/// tensor is to get; <see cref="GraphQuantizer"/> then only has to carry it out.
/// </summary>
public static class PostTrainingQuantizer
{
    /// <summary>Samples for the steps that look at one layer after the other.</summary>
    private const int LayerSamples = 64;

    /// <summary>Gives all tensors of a graph their quantization.</summary>
    /// <param name="graph">The graph of floats, changed in place.</param>
    /// <param name="set">Samples.</param>
    /// <param name="recipe">What to do.</param>
    /// <param name="progress">Hears what is being done and which part of it is done, 0 to 1; may be null.</param>
    /// <returns>The same graph, operator by operator and with the same activations, as it was before its weights were rounded and its biases corrected: what it computes in floats is exact.</returns>
    public static ModelGraph Run(ModelGraph graph, SampleSet set, QuantizationRecipe recipe, Action<string, double>? progress = null)
    {
        Action<double> Step(string name) => part => progress?.Invoke(name, part);

        PassPipeline.Simplify(graph);
        IReadOnlySet<GraphTensor> wide = WideActivations.Plan(graph, recipe);
        IReadOnlyList<Sample> samples = set.Pick(recipe.Samples), few = set.Pick(Math.Min(recipe.Samples, LayerSamples));
        if (recipe.Equalize)
        {
            Dictionary<GraphTensor, TensorStatistics>? seen = recipe.PerChannel ? Calibrator.Run(graph, samples, Step("Equalizing"), withDistribution: false) : null;
            CrossLayerEqualization.Run(graph, seen);
        }

        if (recipe.AbsorbBias) HighBiasAbsorption.Run(graph, Calibrator.Run(graph, samples, Step("Absorbing biases"), withDistribution: false));

        Dictionary<GraphTensor, TensorStatistics> statistics = Calibrator.Run(graph, samples, Step("Calibrating"));
        Calibrator.Apply(graph, statistics, recipe.Method, recipe.Symmetric, wide);
        WeightScales.Apply(graph, recipe.PerChannel, recipe.BitsOf);
        ModelGraph exact = BiasCorrection.CopyOf(graph);
        if (recipe.RoundAdaptively) AdaptiveRounding.Run(graph, few, Step("Rounding weights"));
        if (recipe.CorrectBias) BiasCorrection.Run(graph, exact, few, Step("Correcting biases"));
        return exact;
    }
}
