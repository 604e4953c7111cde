namespace EdgeInfer.Training;

/// <summary>real = Scale * (q - ZeroPoint), q in -128..127.</summary>
internal readonly record struct Range8(float Scale, int ZeroPoint)
{
    /// <summary>Pixels 0..255 stand for 0..1.</summary>
    public static Range8 Pixels { get; } = new(1f / 255, -128);

    /// <summary>What TFLite demands of a softmax's output.</summary>
    public static Range8 Probabilities { get; } = new(1f / 256, -128);

    /// <summary>The range that spans the given values and contains zero exactly.</summary>
    public static Range8 Spanning(double minimum, double maximum)
    {
        minimum = Math.Min(0, minimum);
        maximum = Math.Max(0, maximum);
        double scale = (maximum - minimum) / 255;
        return new Range8((float)scale, (int)Math.Round(-128 - (minimum / scale), MidpointRounding.ToEven));
    }
}
