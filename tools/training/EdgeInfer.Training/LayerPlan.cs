namespace EdgeInfer.Training;

/// <summary>What a layer with weights computes.</summary>
internal enum LayerKind
{
    Convolution,
    Depthwise,
    FullyConnected,
}

/// <summary>Shape of a layer with weights; padding is SAME, and everything but the last layer ends in a ReLU.</summary>
/// <param name="Name">Name of its tensors in the model file.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="InputSide">Height and width of its input; 1 for a fully connected layer.</param>
/// <param name="InputChannels">Channels of its input.</param>
/// <param name="OutputChannels">Channels of its output.</param>
/// <param name="FilterSide">Height and width of the filter.</param>
/// <param name="Stride">Stride in both directions.</param>
internal sealed record LayerPlan(string Name, LayerKind Kind, int InputSide, int InputChannels, int OutputChannels, int FilterSide, int Stride)
{
    /// <summary>The network: a strided convolution, three depthwise separable blocks, one fully connected layer.</summary>
    public static IReadOnlyList<LayerPlan> Digits { get; } =
    [
        new("stem", LayerKind.Convolution, 28, 1, 12, 3, 2),
        new("block1/depthwise", LayerKind.Depthwise, 14, 12, 12, 3, 2),
        new("block1/pointwise", LayerKind.Convolution, 7, 12, 24, 1, 1),
        new("block2/depthwise", LayerKind.Depthwise, 7, 24, 24, 3, 1),
        new("block2/pointwise", LayerKind.Convolution, 7, 24, 36, 1, 1),
        new("block3/depthwise", LayerKind.Depthwise, 7, 36, 36, 3, 2),
        new("block3/pointwise", LayerKind.Convolution, 4, 36, 40, 1, 1),
        new("classes", LayerKind.FullyConnected, 1, 4 * 4 * 40, DigitSet.Classes, 1, 1),
    ];

    /// <summary>Height and width of the output.</summary>
    public int OutputSide => (InputSide + Stride - 1) / Stride;

    /// <summary>SAME padding of one direction, as TFLite splits it: the odd row or column goes to the end.</summary>
    public (int Before, int After) Padding
    {
        get
        {
            int total = Math.Max(0, ((OutputSide - 1) * Stride) + FilterSide - InputSide);
            return (total / 2, total - (total / 2));
        }
    }

    /// <summary>Weights that one output channel has.</summary>
    public int WeightsPerChannel => FilterSide * FilterSide * (Kind == LayerKind.Depthwise ? 1 : InputChannels);

    /// <summary>Multiply-accumulates of one inference.</summary>
    public int Macs => OutputSide * OutputSide * OutputChannels * WeightsPerChannel;
}
