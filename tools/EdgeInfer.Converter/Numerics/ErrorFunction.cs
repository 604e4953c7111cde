namespace EdgeInfer.Converter.Numerics;

/// <summary>The error function, which .NET's library lacks, in double precision.</summary>
internal static class ErrorFunction
{
    /// <summary>From here on the continued fraction converges faster than the series.</summary>
    private const double SeriesLimit = 2.5;

    /// <summary>Levels of the continued fraction; at <see cref="SeriesLimit"/> it has converged to double precision by then.</summary>
    private const int Levels = 120;

    /// <summary>Distribution function of the normal distribution: erfc(-x / sqrt(2)) / 2.</summary>
    /// <param name="x">Any number.</param>
    /// <returns>0 to 1, with a small relative error on the negative side too.</returns>
    public static double NormalDistribution(double x) => Complement(-x / Math.Sqrt(2)) / 2;

    /// <summary>erfc(x) = 1 - erf(x).</summary>
    private static double Complement(double x) =>
        x < 0 ? 2 - Complement(-x) : x < SeriesLimit ? 1 - Series(x) : Fraction(x);

    /// <summary>erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)): all terms are positive, nothing cancels.</summary>
    private static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc(x) = exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))).</summary>
    private static double Fraction(double x)
    {
        double tail = x;
        for (int level = Levels; level > 0; level--) tail = x + (level / 2.0 / tail);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / tail;
    }
}
