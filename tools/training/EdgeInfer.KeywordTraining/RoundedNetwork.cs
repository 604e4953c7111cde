using EdgeInfer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>
/// The trained network without batch normalization, its weights and activations rounded as the model file will round them. Gradients pass
/// the rounding as if there were none, so that training can go on.
/// </summary>
internal sealed class RoundedNetwork : Module<Tensor, Tensor>
{
    private readonly IReadOnlyList<LayerPlan> _plans;
    private readonly Parameter[] _weights;
    private readonly Parameter[] _biases;
    private readonly Range8[] _outputs;

    /// <summary>Creates the network.</summary>
    /// <param name="plans">The layers, but for the last, which is fully connected.</param>
    /// <param name="layers">Weights and biases of all layers.</param>
    /// <param name="calibration">Inputs over which the ranges of activations are taken.</param>
    public RoundedNetwork(IReadOnlyList<LayerPlan> plans, IReadOnlyList<(Tensor Weights, Tensor Bias)> layers, Tensor calibration)
        : base("rounded")
    {
        _plans = plans;
        _weights = [.. layers.Select(layer => Parameter(layer.Weights.clone()))];
        _biases = [.. layers.Select(layer => Parameter(layer.Bias.clone()))];
        for (int i = 0; i < layers.Count; i++)
        {
            register_parameter($"weights{i}", _weights[i]);
            register_parameter($"bias{i}", _biases[i]);
        }

        _outputs = new Range8[layers.Count];
        using IDisposable noGradients = no_grad();
        using IDisposable memory = NewDisposeScope();
        Tensor x = calibration;
        for (int i = 0; i < layers.Count; i++)
        {
            x = Layer(i, i < plans.Count ? x : x.mean([2, 3]), _weights[i]);
            _outputs[i] = Range8.Spanning(Quantile(x, 0.0005), Quantile(x, 0.9995));
        }
    }

    /// <summary>Range of each layer's output.</summary>
    public Range8[] Outputs => _outputs;

    /// <summary>Weights and bias of each layer.</summary>
    public IReadOnlyList<(Tensor Weights, Tensor Bias)> Layers => [.. _weights.Zip(_biases, (weights, bias) => ((Tensor)weights, (Tensor)bias))];

    /// <summary>Class scores before the softmax.</summary>
    public override Tensor forward(Tensor input)
    {
        Tensor x = input;
        for (int i = 0; i < _weights.Length; i++)
        {
            // The mean has the scale of its input.
            if (i == _plans.Count) x = Round(x.mean([2, 3]), _outputs[i - 1]);
            x = Round(Layer(i, x, RoundWeights(i)), _outputs[i]);
        }

        return x;
    }

    /// <summary>Scales of a layer's weights: one a channel, or one for all of a fully connected layer.</summary>
    public static Tensor WeightScales(Tensor weights, bool perChannel)
    {
        Tensor largest = perChannel ? weights.abs().flatten(1).amax([1]) : weights.abs().max().reshape(1);
        return largest.clamp_min(1e-6) / 127;
    }

    private static double Quantile(Tensor x, double share)
    {
        Tensor sorted = x.flatten().sort().Values;
        return sorted[(long)(share * (sorted.NumberOfElements - 1))].item<float>();
    }

    private static Tensor Round(Tensor x, Range8 range)
    {
        Tensor rounded = ((x / range.Scale).round() + range.ZeroPoint).clamp(-128, 127);
        return PassThrough(x.clamp((-128 - range.ZeroPoint) * range.Scale, (127 - range.ZeroPoint) * range.Scale), (rounded - range.ZeroPoint) * range.Scale);
    }

    private static Tensor PassThrough(Tensor exact, Tensor rounded) => exact + (rounded - exact).detach();

    private Tensor RoundWeights(int layer)
    {
        Tensor weights = _weights[layer];
        Tensor scales = WeightScales(weights, layer < _plans.Count).detach();
        if (layer < _plans.Count) scales = scales.reshape(-1, 1, 1, 1);
        return PassThrough(weights, (weights / scales).round().clamp(-127, 127) * scales);
    }

    private Tensor Layer(int layer, Tensor input, Tensor weights)
    {
        if (layer == _plans.Count) return functional.linear(input, weights, _biases[layer]);

        LayerRecipe recipe = _plans[layer].Recipe;
        return functional.relu(functional.conv2d(input, weights, _biases[layer], [recipe.FrameStride, recipe.BandStride], groups: recipe.Kind == LayerKind.Depthwise ? _plans[layer].InputChannels : 1));
    }
}
