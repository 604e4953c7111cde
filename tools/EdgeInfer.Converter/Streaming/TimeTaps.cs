using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Streaming;

/// <summary>
/// Which input rows an output row depends on: row i on the rows i * <paramref name="Stride"/> + <paramref name="First"/> +
/// k * <paramref name="Dilation"/> for k below <paramref name="Count"/>. Rows that do not exist are padding.
/// </summary>
/// <param name="Stride">Input rows from one output row to the next.</param>
/// <param name="First">Input row at which row 0 begins; negative where that is padding.</param>
/// <param name="Count">Number of taps.</param>
/// <param name="Dilation">Input rows from one tap to the next.</param>
internal readonly record struct TimeTaps(int Stride, int First, int Count, int Dilation)
{
    /// <summary>Every row depends on the one in its place.</summary>
    public static readonly TimeTaps Same = new(1, 0, 1, 1);

    private int Extent => ((Count - 1) * Dilation) + 1;

    /// <summary>Input rows from the first to the last that output rows depend on, padding included.</summary>
    /// <param name="output">Output rows.</param>
    /// <returns>Input rows; they may lie outside the tensor.</returns>
    public RowRange RowsFor(RowRange output) => new((output.First * Stride) + First, ((output.End - 1) * Stride) + First + Extent);

    /// <summary>Output rows that depend on certain input rows only.</summary>
    /// <param name="input">The input rows.</param>
    /// <returns>Output rows; empty where there are none.</returns>
    public RowRange RowsWithin(RowRange input)
    {
        int first = -FloorDivide(-(input.First - First), Stride), end = FloorDivide(input.End - Extent - First, Stride) + 1;
        return new RowRange(first, Math.Max(first, end));
    }

    private static int FloorDivide(int a, int b) => a >= 0 ? a / b : -((-a + b - 1) / b);
}
