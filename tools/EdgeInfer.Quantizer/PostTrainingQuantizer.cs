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
    /// <exception cref="QuantizationException">The recipe speaks of a layer that the graph does not have.</exception>
    public static ModelGraph Run(ModelGraph graph, SampleSet set, QuantizationRecipe recipe, Action<string, double>? progress = null)
    {
        Action<double> Step(string name) => part => progress?.Invoke(name, part);

        PassPipeline.Simplify(graph);
        DemandLayers(graph, recipe.NamedLayers);

        FuseFunctions(graph, recipe);
        IReadOnlySet<GraphTensor> wide = WideActivations.Plan(graph, recipe);
        IReadOnlyList<Sample> samples = set.Pick(recipe.Samples), few = set.Pick(Math.Min(recipe.Samples, LayerSamples));
        if (recipe.Equalize)
        {
            SoftmaxArgument.Center(graph);
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

    /// <summary>There are no tables of 16 bits; but where one operator of a function has no 16-bit kernel, a table of 8 bits loses less than going through that.</summary>
    private static void FuseFunctions(ModelGraph graph, QuantizationRecipe recipe)
    {
        if (recipe.ActivationBits == 16) FunctionFusing.Run(graph, isBetter: steps => steps.Any(op => !WideForm.Exists(op)));
        else FunctionFusing.Run(graph, t => recipe.SixteenBitLayers.Contains(t.Name) || (recipe.BitsOfPorts == 16 && (graph.Inputs.Contains(t) || graph.Outputs.Contains(t))));
    }

    private static void DemandLayers(ModelGraph graph, IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => !graph.Operators.Exists(op => op.Outputs.Any(t => t.Name == name))) is not { } unknown) return;

        throw new QuantizationException($"There is no layer '{unknown}'. A layer is named by its result: {string.Join(", ", graph.Operators.Where(op => !QuantizationGroups.SharesScale(op)).Select(op => $"'{op.Output.Name}'"))}");
    }
}
