using EdgeInfer.Quantizer.Algorithms;

namespace EdgeInfer.Quantizer.Search;

/// <summary>
/// Which layers get 16-bit activations: those first whose results bring the most noise with 8, each measured by changing it alone. Inputs and outputs of
/// the model keep the bits that were asked for.
/// </summary>
/// <param name="noise">Measures recipes.</param>
internal sealed class Widening(NoiseMeter noise)
{
    /// <summary>Recipes of a deep network that are tried: enough to see where it bends.</summary>
    private const int MostSteps = 12;

    /// <summary>Recipes with ever more layers of 16-bit activations, from the most sensitive one to all.</summary>
    /// <param name="way">What they have in common.</param>
    /// <param name="progress">Hears which part of the layers was measured.</param>
    /// <returns>The recipes.</returns>
    public IEnumerable<QuantizationRecipe> Widened(QuantizationRecipe way, Action<double> progress)
    {
        QuantizationRecipe quick = way with { RoundAdaptively = false };
        string[] layers = WideActivations.Layers(noise.Graph, way);
        int done = 0;
        (string Layer, double Noise)[] measured = [.. layers.Select(layer =>
        {
            double left = noise.Of(With(quick, [layer]));
            progress(++done / (double)layers.Length);
            return (layer, left);
        })];
        string[] order = [.. measured.OrderBy(m => m.Noise).ThenBy(m => m.Layer, StringComparer.Ordinal).Select(m => m.Layer)];
        int steps = Math.Min(order.Length, MostSteps);
        for (int step = 1; step < steps; step++) yield return With(way, order.Take(step * order.Length / steps));
        yield return way with { ActivationBits = 16, SixteenBitLayers = new HashSet<string>(), PortBits = way.BitsOfPorts };
    }

    private static QuantizationRecipe With(QuantizationRecipe way, IEnumerable<string> layers) => way with { SixteenBitLayers = new HashSet<string>(way.SixteenBitLayers.Concat(layers)) };
}
