using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Reads how convolutions and pools place their windows; their option tables begin alike.</summary>
internal static class TfliteWindow
{
    private const int Padding = 0;
    private const int StrideWidth = 1;
    private const int StrideHeight = 2;
    private const int Same = 0;
    private const int Valid = 1;

    /// <summary>Reads strides, dilations and padding.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="input">Its input, NHWC.</param>
    /// <param name="filterHeight">Rows of the filter.</param>
    /// <param name="filterWidth">Columns of the filter.</param>
    /// <param name="dilationField">Number of the option with the dilation of columns, which that of rows follows; 0 where there is none.</param>
    /// <returns>The window with the padding that SAME or VALID asks for.</returns>
    public static Window2D Read(TfliteOperator op, GraphTensor input, int filterHeight, int filterWidth, int dilationField = 0)
    {
        Window2D window = new(
            op.Options.Int32(StrideHeight),
            op.Options.Int32(StrideWidth),
            dilationField == 0 ? 1 : op.Options.Int32(dilationField + 1, 1),
            dilationField == 0 ? 1 : op.Options.Int32(dilationField, 1));
        if (window.StrideHeight < 1 || window.StrideWidth < 1 || window.DilationHeight < 1 || window.DilationWidth < 1)
        {
            throw op.Refuse($"strides {window.StrideHeight}x{window.StrideWidth} and dilations {window.DilationHeight}x{window.DilationWidth} must be 1 or more");
        }

        if (filterHeight < 1 || filterWidth < 1) throw op.Refuse($"a filter of {filterHeight}x{filterWidth} is not possible");
        if (IsTooLarge(window.StrideHeight, window.DilationHeight, filterHeight) || IsTooLarge(window.StrideWidth, window.DilationWidth, filterWidth))
        {
            throw op.Refuse("its window is larger than any image");
        }

        return op.Options.Int8(Padding) switch
        {
            Same => window.WithSamePadding(input.Shape[1], input.Shape[2], filterHeight, filterWidth),
            Valid => window,
            var other => throw op.Refuse($"padding {other} is neither SAME nor VALID"),
        };
    }

    /// <summary>Beyond this, sizes would no longer be computed exactly in 32 bits.</summary>
    private static bool IsTooLarge(int stride, int dilation, int filter) => stride > 1 << 24 || (long)dilation * filter > 1 << 24;
}
