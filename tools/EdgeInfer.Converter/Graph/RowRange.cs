namespace EdgeInfer.Converter.Graph;

/// <summary>Consecutive rows of an image.</summary>
/// <param name="First">The first row.</param>
/// <param name="End">The row behind the last.</param>
internal readonly record struct RowRange(int First, int End)
{
    /// <summary>Number of rows.</summary>
    public int Count => End - First;

    /// <summary>The smallest range around two.</summary>
    /// <param name="a">A range.</param>
    /// <param name="b">Another one.</param>
    /// <returns>All rows of both, and those between them.</returns>
    public static RowRange Around(RowRange a, RowRange b) => new(Math.Min(a.First, b.First), Math.Max(a.End, b.End));

    /// <summary>One of several bands into which an image is divided as evenly as its rows allow.</summary>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="bands">Number of bands, at most <paramref name="rows"/>.</param>
    /// <param name="index">Which one.</param>
    /// <returns>Its rows.</returns>
    public static RowRange Band(int rows, int bands, int index) => new((int)((long)rows * index / bands), (int)((long)rows * (index + 1) / bands));
}
