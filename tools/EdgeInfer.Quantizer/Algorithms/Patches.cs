using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>The inputs that the weights of one output channel multiply, at every position.</summary>
internal sealed class Patches
{
    private readonly Operator _op;
    private readonly Window2D _window;
    private readonly int _height;
    private readonly int _width;
    private readonly int _channels;
    private readonly int _filterWidth;
    private readonly int _columns;

    private Patches(Operator op, Window2D window, int filterHeight, int filterWidth, int channels)
    {
        _op = op;
        _window = window;
        _channels = channels;
        _filterWidth = filterWidth;
        Length = filterHeight * filterWidth * channels;
        OutputChannels = op is DepthwiseConv2D ? op.Inputs[1]!.Shape[3] : op.Inputs[1]!.Shape[0];
        if (op is FullyConnected or Svdf)
        {
            Positions = op.Input.Count / Length;
            Groups = 1;
            return;
        }

        (_height, _width, _columns) = (op.Input.Shape[1], op.Input.Shape[2], op.Output.Shape[2]);
        Positions = op.Output.Shape[1] * op.Output.Shape[2];
        Groups = op.Input.Shape[3] / channels;
    }

    /// <summary>Number of weights of an output channel.</summary>
    public int Length { get; }

    /// <summary>Number of output channels.</summary>
    public int OutputChannels { get; }

    /// <summary>Positions of the filter on the input; only those of the first image count.</summary>
    public int Positions { get; }

    /// <summary>Groups of input channels, each with output channels of its own.</summary>
    public int Groups { get; }

    /// <summary>Looks at an operator with weights.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Its patches.</returns>
    public static Patches Of(Operator op) => op switch
    {
        Conv2D conv => new Patches(op, conv.Window, conv.Weights.Shape[1], conv.Weights.Shape[2], conv.Weights.Shape[3]),
        DepthwiseConv2D depthwise => new Patches(op, depthwise.Window, depthwise.Weights.Shape[1], depthwise.Weights.Shape[2], 1),
        _ => new Patches(op, new Window2D(), 1, 1, op.Inputs[1]!.Shape[1]),
    };

    /// <summary>The group that an output channel belongs to.</summary>
    /// <param name="outputChannel">The channel.</param>
    /// <returns>The group.</returns>
    public int GroupOf(int outputChannel) => outputChannel / (OutputChannels / Groups);

    /// <summary>Index of a weight in the weights.</summary>
    /// <param name="outputChannel">Its output channel.</param>
    /// <param name="element">The element of the patch that it multiplies.</param>
    /// <returns>The index.</returns>
    public int IndexOf(int outputChannel, int element) => _op is DepthwiseConv2D ? (element * OutputChannels) + outputChannel : (outputChannel * Length) + element;

    /// <summary>Reads a patch; what lies in the padding is zero.</summary>
    /// <param name="input">Elements of the input.</param>
    /// <param name="position">The position.</param>
    /// <param name="group">The group of input channels.</param>
    /// <param name="patch">Receives the elements.</param>
    public void Read(float[] input, int position, int group, float[] patch)
    {
        if (_op is FullyConnected or Svdf)
        {
            input.AsSpan(position * Length, Length).CopyTo(patch);
            return;
        }

        int all = _channels * Groups;
        int top = (position / _columns * _window.StrideHeight) - _window.Top, left = (position % _columns * _window.StrideWidth) - _window.Left;
        for (int i = 0; i < Length; i++)
        {
            int tap = i / _channels;
            int row = top + (tap / _filterWidth * _window.DilationHeight), column = left + (tap % _filterWidth * _window.DilationWidth);
            bool isInside = row >= 0 && row < _height && column >= 0 && column < _width;
            patch[i] = isInside ? input[(((row * _width) + column) * all) + (group * _channels) + (i % _channels)] : 0;
        }
    }
}
