using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Compiler.Layers;

/// <summary>A layer that is one matrix product a position: a convolution without groups, or a fully connected layer.</summary>
/// <param name="Source">The operator of the graph.</param>
/// <param name="Input">Input tensor, taken as batches, height, width, channels.</param>
/// <param name="InputShape">These four dimensions.</param>
/// <param name="OutputShape">The output's four dimensions.</param>
/// <param name="FilterHeight">Rows of the filter.</param>
/// <param name="FilterWidth">Columns of the filter.</param>
/// <param name="Window">Strides, dilations and padding.</param>
/// <param name="Channels">What each output channel computes.</param>
/// <param name="OutputZeroPoint">Output zero point.</param>
/// <param name="Minimum">Smallest output.</param>
/// <param name="Maximum">Largest output.</param>
internal sealed record MatrixLayer(
    Operator Source,
    GraphTensor Input,
    int[] InputShape,
    int[] OutputShape,
    int FilterHeight,
    int FilterWidth,
    Window2D Window,
    OutputChannel[] Channels,
    int OutputZeroPoint,
    int Minimum,
    int Maximum)
{
    /// <summary>Bytes of a window that are not much beside the activations.</summary>
    private const int LargestWindow = 512;

    /// <summary>Taps of a position.</summary>
    public int Depth => FilterHeight * FilterWidth * InputShape[3];

    /// <summary>Output positions of an inference.</summary>
    public int Positions => OutputShape[0] * OutputShape[1] * OutputShape[2];

    /// <summary>Whether no window reaches into the padding.</summary>
    public bool IsInside =>
        Kernels.Compiled.IsInside(Window.Top, InputShape[1], OutputShape[1], FilterHeight, Window.StrideHeight, Window.DilationHeight)
        && Kernels.Compiled.IsInside(Window.Left, InputShape[2], OutputShape[2], FilterWidth, Window.StrideWidth, Window.DilationWidth);

    /// <summary>
    /// Pixels from one row of taps to the next: as in the input, so that the code reads them there, unless the window for those
    /// in the padding became too large for that or the filter is wider than the input.
    /// </summary>
    public int RowStep
    {
        get
        {
            int taps = ((FilterWidth - 1) * Window.DilationWidth) + 1, apart = Window.DilationHeight * InputShape[2];
            bool small = (((FilterHeight - 1) * apart) + taps) * InputShape[3] <= LargestWindow;
            return apart >= taps && (small || IsInside) ? apart : taps;
        }
    }

    /// <summary>Elements from the first tap of a position to the last.</summary>
    public int Extent => OffsetOf(Depth - 1) + 1;

    /// <summary>Names where the taps lie.</summary>
    public int Geometry => Kernels.Compiled.GeometryOf(FilterHeight, FilterWidth, InputShape[3], RowStep, Window.DilationWidth);

    /// <summary>Where a tap lies, counted from the first tap of its position.</summary>
    /// <param name="tap">The tap: row, column and channel of the filter, the channel fastest.</param>
    public int OffsetOf(int tap)
    {
        (int place, int channel) = Math.DivRem(tap, InputShape[3]);
        (int row, int column) = Math.DivRem(place, FilterWidth);
        return (((row * RowStep) + (column * Window.DilationWidth)) * InputShape[3]) + channel;
    }

    /// <summary>Whether an output may take its input's place: every position reads only what it overwrites, and what comes behind.</summary>
    public bool RunsInPlace =>
        FilterHeight == 1 && FilterWidth == 1 && IsInside && Window is { StrideHeight: 1, StrideWidth: 1 }
        && InputShape[1] == OutputShape[1] && InputShape[2] == OutputShape[2] && Positions > 1
        && OutputShape[3] <= InputShape[3];
}
