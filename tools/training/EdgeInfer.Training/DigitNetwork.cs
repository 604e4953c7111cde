using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EdgeInfer.Training;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>
/// The network while it is trained: layers of <see cref="LayerPlan.Digits"/>, each but the last followed by batch
/// normalization and ReLU. Images and activations are NCHW here; the model file is NHWC.
/// </summary>
internal sealed class DigitNetwork : Module<Tensor, Tensor>
{
    private readonly Conv2d[] _convolutions;
    private readonly BatchNorm2d[] _normalizations;
    private readonly Linear _classes;

    public DigitNetwork()
        : base("digits")
    {
        LayerPlan[] plans = [.. LayerPlan.Digits.SkipLast(1)];
        _convolutions = [.. plans.Select(plan => Conv2d(
            plan.InputChannels,
            plan.OutputChannels,
            plan.FilterSide,
            plan.Stride,
            groups: plan.Kind == LayerKind.Depthwise ? plan.InputChannels : 1,
            bias: false))];
        _normalizations = [.. plans.Select(plan => BatchNorm2d(plan.OutputChannels))];
        _classes = Linear(LayerPlan.Digits[^1].InputChannels, LayerPlan.Digits[^1].OutputChannels);
        for (int i = 0; i < plans.Length; i++)
        {
            register_module($"convolution{i}", _convolutions[i]);
            register_module($"normalization{i}", _normalizations[i]);
        }

        register_module("classes", _classes);
    }

    /// <summary>Class scores before the softmax.</summary>
    /// <param name="input">Images, [N, 1, 28, 28], 0 to 1.</param>
    public override Tensor forward(Tensor input)
    {
        Tensor x = input;
        for (int i = 0; i < _convolutions.Length; i++)
        {
            x = _convolutions[i].forward(Pad(x, LayerPlan.Digits[i]));
            x = functional.relu(_normalizations[i].forward(x));
        }

        // Flattened channels last, as the model file does.
        x = x.permute(0, 2, 3, 1).flatten(1);
        return _classes.forward(x);
    }

    /// <summary>The trained layers, batch normalization folded into weights and bias.</summary>
    public IReadOnlyList<FoldedLayer> Fold()
    {
        using IDisposable noGradients = no_grad();
        List<FoldedLayer> folded = [];
        for (int i = 0; i < _convolutions.Length; i++)
        {
            BatchNorm2d normalization = _normalizations[i];
            Tensor factor = normalization.weight! / (normalization.running_var! + normalization.eps).sqrt();
            Tensor weights = _convolutions[i].weight! * factor.reshape(-1, 1, 1, 1);
            Tensor bias = normalization.bias! - (normalization.running_mean! * factor);
            folded.Add(new FoldedLayer(LayerPlan.Digits[i], weights.detach(), bias.detach()));
        }

        folded.Add(new FoldedLayer(LayerPlan.Digits[^1], _classes.weight!.detach(), _classes.bias!.detach()));
        return folded;
    }

    /// <summary>Pads rows and columns as the layer demands.</summary>
    public static Tensor Pad(Tensor input, LayerPlan plan)
    {
        (int before, int after) = plan.Padding;
        return before + after == 0 ? input : functional.pad(input, [before, after, before, after]);
    }
}

/// <summary>A layer ready for quantization.</summary>
/// <param name="Plan">Its shape.</param>
/// <param name="Weights">[output, input (1 for depthwise), height, width], or [output, input].</param>
/// <param name="Bias">[output].</param>
internal sealed record FoldedLayer(LayerPlan Plan, Tensor Weights, Tensor Bias)
{
    /// <summary>The layer's output on float activations, ReLU included where the layer has one.</summary>
    public Tensor Run(Tensor input) => Plan.Kind switch
    {
        LayerKind.FullyConnected => functional.linear(input.permute(0, 2, 3, 1).flatten(1), Weights, Bias),
        LayerKind.Depthwise => functional.relu(functional.conv2d(
            DigitNetwork.Pad(input, Plan), Weights, Bias, [Plan.Stride, Plan.Stride], groups: Plan.InputChannels)),
        _ => functional.relu(functional.conv2d(DigitNetwork.Pad(input, Plan), Weights, Bias, [Plan.Stride, Plan.Stride])),
    };
}
