using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Sliding windows, seen along one of the two dimensions of an image: 1, its rows, or 2, its columns.</summary>
internal static class TimeWindow
{
    private const int RowAxis = 1;

    /// <summary>Which input rows an output row depends on.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="axis">The dimension.</param>
    /// <returns>The taps.</returns>
    public static TimeTaps Along(ISlidesWindow op, int axis) => axis == RowAxis
        ? new TimeTaps(op.Window.StrideHeight, -op.Window.Top, op.FilterHeight, op.Window.DilationHeight)
        : new TimeTaps(op.Window.StrideWidth, -op.Window.Left, op.FilterWidth, op.Window.DilationWidth);

    /// <summary>The same window with other padding.</summary>
    /// <param name="window">The window.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="before">Padding before the first row.</param>
    /// <param name="after">Padding behind the last.</param>
    /// <returns>The window.</returns>
    public static Window2D WithPadding(Window2D window, int axis, int before, int after) =>
        axis == RowAxis ? window with { Top = before, Bottom = after } : window with { Left = before, Right = after };
}
