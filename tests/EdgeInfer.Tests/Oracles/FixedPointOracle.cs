using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>
/// Fixed-point functions as gemmlowp defines them, in unbounded integers, every constant from its real value. A number has 31 bits
/// behind its sign, of which some are integer bits.
/// </summary>
internal static class FixedPointOracle
{
    private static readonly BigInteger One = Power(31) - 1;

    /// <summary>Product, rounded to nearest, halves up.</summary>
    public static BigInteger Multiply(BigInteger a, BigInteger b) => Floor((2 * a * b) + Power(31), Power(32));

    /// <summary>Quotient by a power of two, rounded to nearest, halves away from zero.</summary>
    public static BigInteger Divide(BigInteger value, int exponent) =>
        exponent == 0 ? value : value.Sign * Floor((2 * BigInteger.Abs(value)) + Power(exponent), Power(exponent + 1));

    /// <summary>exp(value / 2^(31 - integer bits)) of zero or less, with 31 fractional bits.</summary>
    public static BigInteger Exp(BigInteger value, int integerBits)
    {
        if (value.IsZero) return One;

        // As many quarters as leave a rest from -1/4 to below 0.
        BigInteger quarter = Power(29 - integerBits);
        BigInteger quarters = (-value - 1) / quarter;
        BigInteger result = ExpOfRest((value + (quarters * quarter)) * Power(integerBits));
        for (int power = 0; power < integerBits + 2; power++)
        {
            if (!(quarters & Power(power)).IsZero) result = Multiply(result, Constant(Math.Exp(-Math.Pow(2, power - 2)), 31));
        }

        return result;
    }

    /// <summary>1 / (1 + exp(-value)).</summary>
    public static BigInteger Logistic(BigInteger value, int integerBits)
    {
        if (value.IsZero) return Power(30);

        BigInteger positive = Saturate(2 * Reciprocal(Exp(-BigInteger.Abs(value), integerBits)));
        return value.Sign > 0 ? positive : One - positive;
    }

    /// <summary>tanh(value).</summary>
    public static BigInteger Tanh(BigInteger value, int integerBits) =>
        value.Sign * Saturate(4 * (Reciprocal(Exp(-BigInteger.Abs(value), integerBits + 1)) - Power(29)));

    /// <summary>2 / (1 + value) for a number from 0 to 1 with 31 fractional bits; the result has 29.</summary>
    public static BigInteger Reciprocal(BigInteger value)
    {
        BigInteger half = Floor(value + One + 1, 2);
        BigInteger x = Constant(48.0 / 17, 29) + Multiply(half, -Constant(32.0 / 17, 29));
        for (int i = 0; i < 3; i++) x += 4 * Multiply(x, Power(29) - Multiply(half, x));
        return x;
    }

    /// <summary>1 / sqrt(value) = root * 2^(exponent - 31) of an integer, by five steps from 1 with 28 fractional bits.</summary>
    public static (BigInteger Root, int Exponent) InverseSquareRoot(BigInteger value)
    {
        if (value.IsOne) return (One, 0);

        // value * 4^pairs from 2^27 to 2^29, half of which has 28 fractional bits.
        int pairs = 0;
        for (; value >= Power(29); pairs--) value /= 4;
        for (; value < Power(27); pairs++) value *= 4;
        BigInteger half = Divide(value / 2, 1), x = Power(28);
        for (int step = 0; step < 5; step++)
        {
            BigInteger cube = Multiply(Multiply(x, x), x) * 64;
            x = 8 * (Multiply(Constant(1.5, 28), x) - Multiply(half, cube));
        }

        return (Multiply(x, Constant(Math.Sqrt(0.5), 31)), pairs - 11);
    }

    /// <summary>The natural logarithm of 1 or more; both formats are given by their integer bits.</summary>
    /// <remarks>The value is r * 2^power: r is found by two normalizations, the second of the value times the root of 1/2.</remarks>
    public static BigInteger Logarithm(BigInteger value, int integerBits, int outputBits)
    {
        int accumulatorBits = outputBits + 1;
        BigInteger rootOfHalf = Constant(Math.Sqrt(0.5), 31), fourthRoot = Constant(Math.Sqrt(Math.Sqrt(0.5)), 31);
        double factor = Math.Sqrt(Math.Sqrt(2));
        BigInteger quarter = Power(29 - accumulatorBits);

        int zeros = 32 - (int)value.GetBitLength();
        BigInteger a = Saturate(2 * Multiply(value << (zeros - 1), rootOfHalf));
        BigInteger powerOfA = ((integerBits - zeros) * Power(31 - accumulatorBits)) + quarter;
        int headroom = 31 - (int)Multiply(value, rootOfHalf).GetBitLength();
        BigInteger b = Saturate(value << headroom);
        BigInteger powerOfB = ((integerBits - headroom) * Power(31 - accumulatorBits)) - quarter;
        BigInteger r = BigInteger.Min(a, b), power = BigInteger.Max(powerOfA, powerOfB);

        BigInteger p = Floor(r + fourthRoot + 1, 2), q = 2 * (r - fourthRoot), square = Multiply(q, q);
        BigInteger numerator = Multiply(q, r) + Multiply(Multiply(q, square), Constant(11.0 / 240 * factor, 31));
        BigInteger denominator = Multiply(p, Constant((2 / factor) - factor, 31) + q + Multiply(Constant(0.05 * factor, 31), square))
            + Multiply(Constant(0.25 * factor, 31), q);
        BigInteger fraction = Multiply(Divide(numerator, accumulatorBits), Saturate(2 * Reciprocal(denominator)));
        return Saturate(2 * (Multiply(power, Constant(Math.Log(2), 31)) + fraction));
    }

    public static BigInteger Saturate(BigInteger value) => BigInteger.Max(-Power(31), BigInteger.Min(One, value));

    private static BigInteger ExpOfRest(BigInteger value)
    {
        BigInteger x = value + Power(28);
        BigInteger x2 = Multiply(x, x);
        BigInteger high = Divide(Multiply(x2, x2), 2) + Multiply(x2, x);
        BigInteger sum = x + Divide(Multiply(high, Constant(1.0 / 3, 31)) + x2, 1);
        BigInteger eighth = Constant(Math.Exp(-0.125), 31);
        return eighth + Multiply(eighth, sum);
    }

    private static BigInteger Constant(double value, int bits) => (BigInteger)Math.Round(value * Math.Pow(2, bits), MidpointRounding.AwayFromZero);

    private static BigInteger Power(int exponent) => BigInteger.One << exponent;

    private static BigInteger Floor(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }
}
