namespace EdgeInfer.DigitPen;

/// <summary>A point of a drawing, in pixels; (0, 0) is the outer corner of the first pixel.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>The ten digits as one hand would write them: points that the pen passes, stroke by stroke.</summary>
internal static class Handwriting
{
    private static readonly double[][][] Digits =
    [
        [[15, 5.5, 10.5, 8.5, 8.7, 15, 10.5, 21, 14, 22.5, 18, 19.5, 19.3, 12.5, 18, 7.5, 15, 5.5]],
        [[11, 9.5, 13.5, 7.8, 15.5, 5.5], [15.5, 5.5, 14.6, 14, 13.5, 22.5]],
        [[9, 9.5, 11, 6.5, 14.5, 5.5, 18, 7.5, 18, 11, 15, 15, 11, 18.8, 8.5, 21.8], [8.5, 21.8, 13, 21.3, 19.5, 21.8]],
        [[9.5, 7.5, 13.5, 5.5, 17.5, 7.2, 17.2, 10.8, 13, 13.3], [13, 13.3, 17.5, 14.8, 18.8, 18.5, 15.5, 22, 11.5, 22.3, 8.5, 20.5]],
        [[12, 5.5, 10, 11, 8.5, 15.5], [8.5, 15.5, 13.5, 15.8, 20, 15.2], [17, 8.5, 16.3, 15, 15.5, 22.8]],
        [[18.5, 6, 11.5, 6.3], [11.5, 6.3, 10.8, 9.5, 10, 12.8], [10, 12.8, 13.5, 11.5, 17.5, 13, 18.8, 16.8, 16.5, 20.8, 12.5, 22.3, 8.8, 21]],
        [[17, 5.8, 12.8, 8.5, 10, 13, 9, 17.5, 10.5, 21.5, 14, 22.5, 17.8, 20.3, 18, 16.5, 14.8, 14.5, 11, 16, 9.3, 18.5]],
        [[8.8, 7.3, 13.5, 6.8, 19, 6.5], [19, 6.5, 16, 12.5, 13.8, 17.5, 12.5, 22.5]],
        [[17.5, 8, 14.5, 5.8, 11, 7.5, 11.5, 10.8, 14.5, 13.5, 17.8, 17, 17, 21, 13.8, 22.6, 10.2, 20.8, 10.5, 17, 14, 13.8, 17.2, 11, 17.5, 8]],
        [[18, 9.5, 15.5, 6, 11.5, 6.8, 9.8, 10.5, 11.8, 13.8, 15.5, 13, 18, 9.5], [18.2, 8.5, 17.6, 13, 16.2, 18, 14.2, 22.6]],
    ];

    /// <summary>Number of digits.</summary>
    public static int Count => Digits.Length;

    /// <summary>The strokes of a digit.</summary>
    public static IEnumerable<Point[]> Strokes(int digit) =>
        Digits[digit].Select(stroke => stroke.Chunk(2).Select(pair => new Point(pair[0], pair[1])).ToArray());
}
