using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>Which output and which input channel every weight of an operator belongs to.</summary>
internal sealed class FilterLayout
{
    private readonly Operator _op;
    private readonly int[] _shape;

    private FilterLayout(Operator op)
    {
        _op = op;
        _shape = op.Inputs[1]!.Shape;
        OutputChannels = op is DepthwiseConv2D ? _shape[3] : op is Svdf filter ? _shape[0] / filter.Rank : _shape[0];
        InputChannels = op is FullyConnected or Svdf ? _shape[1] : op.Input.Shape[^1];
    }

    /// <summary>Number of output channels.</summary>
    public int OutputChannels { get; }

    /// <summary>Number of input channels; inputs of a matrix product, and those of an SVDF, count as channels.</summary>
    public int InputChannels { get; }

    /// <summary>Looks at an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Its layout; null where it has no constant weights.</returns>
    public static FilterLayout? Of(Operator op) =>
        op is Conv2D or DepthwiseConv2D or FullyConnected or TransposeConv or Svdf && op.Inputs[1] is { IsConstant: true, IsShared: false } && op.Inputs[FloatConstants.BiasPosition(op)] is null or { IsConstant: true } ? new FilterLayout(op) : null;

    /// <summary>The output channel of a weight.</summary>
    /// <param name="index">Its index.</param>
    /// <returns>The channel.</returns>
    public int OutputOf(int index) => _op is DepthwiseConv2D ? index % _shape[3] : index / (_op.Inputs[1]!.Count / OutputChannels);

    /// <summary>The input channel that a weight multiplies.</summary>
    /// <param name="index">Its index.</param>
    /// <returns>The channel.</returns>
    public int InputOf(int index) => _op switch
    {
        DepthwiseConv2D => index % _shape[3] / (_shape[3] / InputChannels),
        Conv2D => (OutputOf(index) / (_shape[0] / (InputChannels / _shape[3])) * _shape[3]) + (index % _shape[3]),
        TransposeConv => index % _shape[3],
        _ => index % _shape[1],
    };
}
