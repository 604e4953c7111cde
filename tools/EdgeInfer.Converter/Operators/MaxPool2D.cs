using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>The largest of the cells of a window that lie inside the image. Input and output NHWC.</summary>
/// <param name="input">Input, NHWC.</param>
/// <param name="output">Output, NHWC, with the scale and zero point of the input.</param>
/// <param name="filterHeight">Rows of the window.</param>
/// <param name="filterWidth">Columns of the window.</param>
/// <param name="window">Strides and padding.</param>
/// <param name="activation">Clamp of the output.</param>
public sealed class MaxPool2D(GraphTensor input, GraphTensor output, int filterHeight, int filterWidth, Window2D window, FusedActivation activation)
    : Operator([input], [output]), IFusesActivation, ISlidesWindow
{
    /// <inheritdoc/>
    public int FilterHeight { get; } = filterHeight;

    /// <inheritdoc/>
    public int FilterWidth { get; } = filterWidth;

    /// <inheritdoc/>
    public Window2D Window { get; set; } = window;

    /// <inheritdoc/>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override void Check(ProblemList problems) => Pooling.Check(this, FilterHeight, FilterWidth, Window, problems);

    /// <inheritdoc/>
    public override void Pack(Packer packer) => Pooling.Pack(packer, OperatorCode.MaxPool2D, this, FilterHeight, FilterWidth, Window, Activation);
}
