namespace EdgeInfer.Converter.Operators;

/// <summary>How a window is placed on an image: strides, dilations and padding, all in rows and columns.</summary>
/// <param name="StrideHeight">Rows from one output to the next.</param>
/// <param name="StrideWidth">Columns from one output to the next.</param>
/// <param name="DilationHeight">Rows from one tap to the next.</param>
/// <param name="DilationWidth">Columns from one tap to the next.</param>
/// <param name="Top">Rows of padding above.</param>
/// <param name="Left">Columns of padding on the left.</param>
/// <param name="Bottom">Rows of padding below.</param>
/// <param name="Right">Columns of padding on the right.</param>
public sealed record Window2D(
    int StrideHeight = 1, int StrideWidth = 1, int DilationHeight = 1, int DilationWidth = 1, int Top = 0, int Left = 0, int Bottom = 0, int Right = 0)
{
    /// <summary>Output rows.</summary>
    /// <param name="input">Input rows.</param>
    /// <param name="filter">Rows of the filter.</param>
    /// <returns>Rows; below one where the filter does not fit.</returns>
    public int OutputHeight(int input, int filter) => OutputSize(input + Top + Bottom, filter, StrideHeight, DilationHeight);

    /// <summary>Output columns.</summary>
    /// <param name="input">Input columns.</param>
    /// <param name="filter">Columns of the filter.</param>
    /// <returns>Columns; below one where the filter does not fit.</returns>
    public int OutputWidth(int input, int filter) => OutputSize(input + Left + Right, filter, StrideWidth, DilationWidth);

    /// <summary>
    /// Padding as SAME asks for it: as many outputs as inputs divided by the stride, rounded up, the odd row or column
    /// below or on the right.
    /// </summary>
    /// <param name="height">Input rows.</param>
    /// <param name="width">Input columns.</param>
    /// <param name="filterHeight">Rows of the filter.</param>
    /// <param name="filterWidth">Columns of the filter.</param>
    /// <returns>The window with its padding.</returns>
    public Window2D WithSamePadding(int height, int width, int filterHeight, int filterWidth)
    {
        int vertical = SamePadding(height, filterHeight, StrideHeight, DilationHeight);
        int horizontal = SamePadding(width, filterWidth, StrideWidth, DilationWidth);
        return this with { Top = vertical / 2, Bottom = vertical - (vertical / 2), Left = horizontal / 2, Right = horizontal - (horizontal / 2) };
    }

    /// <summary>The same for rows and columns exchanged.</summary>
    /// <returns>The window.</returns>
    public Window2D Turned() => new(StrideWidth, StrideHeight, DilationWidth, DilationHeight, Left, Top, Right, Bottom);

    private static int OutputSize(int padded, int filter, int stride, int dilation)
    {
        int extent = ((filter - 1) * dilation) + 1;
        return padded < extent ? 0 : ((padded - extent) / stride) + 1;
    }

    private static int SamePadding(int input, int filter, int stride, int dilation)
    {
        int extent = ((filter - 1) * dilation) + 1;
        int outputs = (input + stride - 1) / stride;
        return Math.Max(0, ((outputs - 1) * stride) + extent - input);
    }
}
