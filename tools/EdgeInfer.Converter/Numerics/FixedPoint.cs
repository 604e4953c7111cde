using System.Numerics;

namespace EdgeInfer.Converter.Numerics;

/// <summary>
/// Functions of 32-bit fixed-point numbers as gemmlowp (fixedpoint/fixedpoint.h) evaluates them, bit for bit. The TensorFlow Lite
/// reference kernels call them for every element; here they fill tables. A number with n integer bits has 31 - n fractional ones.
/// </summary>
internal static class FixedPoint
{
    /// <summary>Fractional bits of a number without integer bits.</summary>
    private const int UnitBits = 31;

    /// <summary>exp(-2^k) with 31 fractional bits, for k from -2 to 4.</summary>
    private static readonly int[] ExpOfPowers = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    /// <summary>Product of two numbers, rounded to nearest, halves up; integer bits add up.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A number.</param>
    /// <returns>a * b / 2^31; the one product that does not fit is the largest number.</returns>
    public static int Multiply(int a, int b) =>
        a == int.MinValue && b == int.MinValue ? int.MaxValue : (int)((((long)a * b) + (1L << (UnitBits - 1))) >> UnitBits);

    /// <summary>Quotient by a power of two, rounded to nearest, halves away from zero.</summary>
    /// <param name="value">A number.</param>
    /// <param name="exponent">0 to 31.</param>
    /// <returns>value / 2^exponent.</returns>
    public static int DivideByPowerOfTwo(int value, int exponent)
    {
        if (exponent == 0) return value;
        long half = 1L << (exponent - 1);
        return (int)((value + half - (value < 0 ? 1 : 0)) >> exponent);
    }

    /// <summary>Product of two 16-bit numbers, rounded to nearest, halves up.</summary>
    /// <param name="a">A number of 16 bits.</param>
    /// <param name="b">A number of 16 bits, not negative.</param>
    /// <returns>a * b / 2^15.</returns>
    public static int Multiply16(int a, int b) => ((a * b) + (1 << 14)) >> 15;

    /// <summary>The upper half of a multiplier, rounded; the largest number where that would be 2^15.</summary>
    /// <param name="multiplier">Zero or more.</param>
    /// <returns>16 bits.</returns>
    /// <remarks>DownScaleInt32ToInt16Multiplier of TensorFlow Lite (kernels/internal/common.h).</remarks>
    public static int Upper16(int multiplier) => (int)Math.Min(((long)multiplier + (1 << 15)) >> 16, short.MaxValue);

    /// <summary>Reciprocal of a square root.</summary>
    /// <param name="value">1 or more.</param>
    /// <returns>A root and a shift: 1 / sqrt(value) is root / 2^(31 + shift).</returns>
    /// <remarks>
    /// GetInvSqrtQuantizedMultiplierExp of TensorFlow Lite (kernels/internal/common.cc): five steps of Newton and Raphson from 1,
    /// x' = 3/2 x - value/2 x^3, on the value moved by powers of four to 1/4 to 1 with three integer bits.
    /// </remarks>
    public static (int Root, int Shift) InverseSquareRoot(int value)
    {
        const int IntegerBits = 3;
        const int HalfOfThree = (1 << 28) + (1 << 27);
        const int HalfSquareRootOfTwo = 1518500250;
        if (value <= 1) return (int.MaxValue, 0);

        int shift = 11;
        while (value >= 1 << 29)
        {
            value /= 4;
            shift++;
        }

        int pairs = ((BitOperations.LeadingZeroCount((uint)value) - 1) / 2) - 1;
        shift -= pairs;
        int moved = value << (2 * pairs) >> 1;
        int half = DivideByPowerOfTwo(moved, 1);
        int x = 1 << (UnitBits - IntegerBits);
        for (int i = 0; i < 5; i++)
        {
            int cube = ShiftLeft(Multiply(Multiply(x, x), x), 2 * IntegerBits);
            x = ShiftLeft(Multiply(HalfOfThree, x) - Multiply(half, cube), IntegerBits);
        }

        x = Multiply(x, HalfSquareRootOfTwo);
        return shift < 0 ? (x << -shift, 0) : (x, shift);
    }

    /// <summary>Exponential of zero or a negative number.</summary>
    /// <param name="value">Zero or less.</param>
    /// <param name="integerBits">Its integer bits, 1 to 5.</param>
    /// <returns>exp(value) with 31 fractional bits; 1 is the largest number.</returns>
    public static int ExpOfNegative(int value, int integerBits)
    {
        if (value == 0) return int.MaxValue;

        // value = rest - sum of powers of two, with the rest from -1/4 to 0 (excluded).
        int fractionalBits = UnitBits - integerBits;
        int quarter = 1 << (fractionalBits - 2);
        int rest = (value & (quarter - 1)) - quarter;
        int result = ExpOfLastQuarter(rest << integerBits);
        int powers = rest - value;
        for (int exponent = -2; exponent < integerBits; exponent++)
        {
            if ((powers & (1 << (fractionalBits + exponent))) != 0) result = Multiply(result, ExpOfPowers[exponent + 2]);
        }

        return result;
    }

    /// <summary>Logistic function.</summary>
    /// <param name="value">Any number.</param>
    /// <param name="integerBits">Its integer bits, 1 to 5.</param>
    /// <returns>1 / (1 + exp(-value)) with 31 fractional bits.</returns>
    public static int Logistic(int value, int integerBits)
    {
        if (value == 0) return 1 << (UnitBits - 1);

        int positive = InverseOfOneAnd(ExpOfNegative(value > 0 ? -value : value, integerBits));
        return value > 0 ? positive : int.MaxValue - positive;
    }

    /// <summary>1 / (1 + value).</summary>
    /// <param name="value">From 0 to below 1, with 31 fractional bits.</param>
    /// <returns>The quotient, likewise.</returns>
    public static int InverseOfOneAnd(int value) => ShiftLeft(InverseOfHalfSum(value), 1); // Half of what the iteration gives, which has two integer bits.

    /// <summary>Hyperbolic tangent.</summary>
    /// <param name="value">Any number.</param>
    /// <param name="integerBits">Its integer bits, 1 to 4.</param>
    /// <returns>tanh(value) with 31 fractional bits.</returns>
    public static int Tanh(int value, int integerBits)
    {
        if (value == 0) return 0;

        // (1 - x) / (1 + x) = 2 / (1 + x) - 1 with x = exp(-2 |value|).
        int inverse = InverseOfHalfSum(ExpOfNegative(value > 0 ? -value : value, integerBits + 1));
        int positive = ShiftLeft(inverse - (1 << 29), 2);
        return value > 0 ? positive : -positive;
    }

    /// <summary>Exponential on [-1/4, 0) by its Taylor series of fourth order around -1/8.</summary>
    private static int ExpOfLastQuarter(int value)
    {
        const int ExpOfMinusEighth = 1895147668;
        const int Third = 715827883;
        int x = value + (1 << (UnitBits - 3));
        int x2 = Multiply(x, x);
        int x3 = Multiply(x2, x);
        int x4 = Multiply(x2, x2);
        int high = DivideByPowerOfTwo(Multiply(DivideByPowerOfTwo(x4, 2) + x3, Third) + x2, 1);
        return ExpOfMinusEighth + Multiply(ExpOfMinusEighth, x + high);
    }

    /// <summary>2 / (1 + value) for a number from 0 to 1, with 29 fractional bits, by three steps of Newton and Raphson.</summary>
    private static int InverseOfHalfSum(int value)
    {
        const int FortyEightSeventeenths = 1515870810;
        const int ThirtyTwoSeventeenths = 1010580540;
        int half = (int)(((long)value + int.MaxValue + 1) / 2);
        int x = FortyEightSeventeenths + Multiply(half, -ThirtyTwoSeventeenths);
        for (int i = 0; i < 3; i++) x += ShiftLeft(Multiply(x, (1 << 29) - Multiply(half, x)), 2);
        return x;
    }

    private static int ShiftLeft(int value, int bits) => (int)Math.Clamp((long)value << bits, int.MinValue, int.MaxValue);
}
