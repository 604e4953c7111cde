using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Streaming;

/// <summary>A tensor of a windowed model that has a row for every so many frames.</summary>
/// <param name="Layout">Where its rows lie.</param>
/// <param name="FramesPerRow">Frames of the input from one row to the next.</param>
/// <param name="Clean">
/// Rows that see no padding in time. When the window moves on by as many frames as make n rows, row i is what row i + n was; rows
/// that see padding must be computed anew.
/// </param>
internal sealed record TimedTensor(TimeLayout Layout, int FramesPerRow, RowRange Clean)
{
    /// <summary>Number of rows.</summary>
    public int Rows => Layout.Rows;

    /// <summary>Tells whether a number of frames is a number of rows.</summary>
    /// <param name="hop">Frames by which the window moves on.</param>
    /// <returns>True where it is.</returns>
    public bool MovesBy(int hop) => hop % FramesPerRow == 0;

    /// <summary>Rows that are new when the window has moved on.</summary>
    /// <param name="hop">Frames by which it moves, a multiple of <see cref="FramesPerRow"/>.</param>
    /// <returns>The newest of the clean rows; empty where none stays what it was, so that all count as new.</returns>
    public RowRange NewAfter(int hop)
    {
        int count = hop / FramesPerRow;
        return count < Clean.Count ? new RowRange(Clean.End - count, Clean.End) : new RowRange(0, 0);
    }
}
