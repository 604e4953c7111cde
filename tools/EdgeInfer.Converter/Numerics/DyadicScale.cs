namespace EdgeInfer.Converter.Numerics;

/// <summary>A single precision scale as records carry it, <paramref name="Mantissa"/> / 2^<paramref name="Shift"/>: see <see cref="FloatScale"/>.</summary>
/// <param name="Mantissa">1 to 2^24 - 1.</param>
/// <param name="Shift">0 to 60.</param>
internal readonly record struct DyadicScale(int Mantissa, int Shift)
{
    /// <summary>Takes a scale apart, without loss.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="result">Its parts.</param>
    /// <returns>False where the scale is outside 2^-37 to 2^24, where no sensible quantization lies.</returns>
    public static bool TryCreate(float scale, out DyadicScale result)
    {
        result = default;
        if (!(scale >= MathF.ScaleB(1, -37)) || !(scale < 1 << 24)) return false;

        int shift = 23 - MathF.ILogB(scale);
        result = new DyadicScale((int)MathF.ScaleB(scale, shift), shift);
        return true;
    }
}
