namespace EdgeInfer.Converter.Audio;

/// <summary>
/// ln(1 + x) in single precision, rounded as the mathematical libraries round it that the public tables were computed with. A correctly
/// rounded logarithm gives another filter bank: one weight of micro_speech's 236 differs by one.
/// </summary>
/// <remarks>
/// Fdlibm's method: 1 + x = 2^k (1 + f) with sqrt(1/2) &lt; 1 + f &lt; sqrt(2), and with s = f / (2 + f)
/// ln(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + R(s^2))), where R is the minimax polynomial of ln((1 + s) / (1 - s)) / s - 2. ln 2 is split in two,
/// so that k times its high part is exact; c makes up for the rounding of 1 + x.
/// </remarks>
internal static class SingleLogarithm
{
    private const float LnTwoHigh = 6.9313812256e-01f;
    private const float LnTwoLow = 9.0580006145e-06f;

    private static readonly float[] Polynomial =
    [
        6.6666668653e-01f, 4.0000000596e-01f, 2.8571429849e-01f, 2.2222198546e-01f, 1.8183572590e-01f, 1.5313838422e-01f, 1.4798198640e-01f,
    ];

    /// <summary>ln(1 + x) for x from 0 up.</summary>
    public static float OfOnePlus(float x)
    {
        int k = 0;
        float f = x;
        float c = 0;
        if (x >= MathF.Sqrt(2) - 1)
        {
            float sum = 1 + x;
            k = MathF.ILogB(sum);
            c = (k > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum;
            float mantissa = MathF.ScaleB(sum, -k);
            if (mantissa >= MathF.Sqrt(2))
            {
                k++;
                mantissa /= 2;
            }

            f = mantissa - 1;
        }

        float halfSquare = 0.5f * f * f;
        float s = f / (2 + f);
        float z = s * s;
        float r = 0;
        for (int i = Polynomial.Length - 1; i >= 0; i--) r = z * (Polynomial[i] + r);

        return k == 0
            ? f - (halfSquare - (s * (halfSquare + r)))
            : (k * LnTwoHigh) - ((halfSquare - ((s * (halfSquare + r)) + ((k * LnTwoLow) + c))) - f);
    }
}
