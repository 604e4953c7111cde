using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EdgeInfer.KeywordTraining;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>
/// The network while it is trained: layers with batch normalization and ReLU, a mean over what is left of time, and one fully
/// connected layer. Input is [N, 1, frames, bands]; the model file is NHWC.
/// </summary>
internal sealed class KeywordNetwork : Module<Tensor, Tensor>
{
    private readonly IReadOnlyList<LayerPlan> _plans;
    private readonly Conv2d[] _convolutions;
    private readonly BatchNorm2d[] _normalizations;
    private readonly Dropout _dropout;
    private readonly Linear _classes;

    public KeywordNetwork(IReadOnlyList<LayerPlan> plans, double dropout)
        : base("keywords")
    {
        _plans = plans;
        _convolutions = [.. plans.Select(plan => Conv2d(
            plan.InputChannels,
            plan.OutputChannels,
            (plan.Recipe.Frames, plan.Recipe.Bands),
            (plan.Recipe.FrameStride, plan.Recipe.BandStride),
            groups: plan.Recipe.Kind == LayerKind.Depthwise ? plan.InputChannels : 1,
            bias: false))];
        _normalizations = [.. plans.Select(plan => BatchNorm2d(plan.OutputChannels))];
        _dropout = Dropout(dropout);
        _classes = Linear(plans[^1].OutputChannels, SpeechSet.Labels.Count);
        for (int i = 0; i < plans.Count; i++)
        {
            register_module($"convolution{i}", _convolutions[i]);
            register_module($"normalization{i}", _normalizations[i]);
        }

        register_module("dropout", _dropout);
        register_module("classes", _classes);
    }

    /// <summary>Class scores before the softmax.</summary>
    public override Tensor forward(Tensor input)
    {
        Tensor x = input;
        for (int i = 0; i < _plans.Count; i++) x = functional.relu(_normalizations[i].forward(_convolutions[i].forward(x)));
        return _classes.forward(_dropout.forward(x.mean([2, 3])));
    }

    /// <summary>The trained layers, batch normalization folded into weights and bias; the last is fully connected.</summary>
    public IReadOnlyList<(Tensor Weights, Tensor Bias)> Fold()
    {
        using IDisposable noGradients = no_grad();
        List<(Tensor, Tensor)> folded = [];
        for (int i = 0; i < _plans.Count; i++)
        {
            BatchNorm2d normalization = _normalizations[i];
            Tensor factor = normalization.weight! / (normalization.running_var! + normalization.eps).sqrt();
            folded.Add(((_convolutions[i].weight! * factor.reshape(-1, 1, 1, 1)).detach(), (normalization.bias! - (normalization.running_mean! * factor)).detach()));
        }

        folded.Add((_classes.weight!.detach().clone(), _classes.bias!.detach().clone()));
        return folded;
    }
}
