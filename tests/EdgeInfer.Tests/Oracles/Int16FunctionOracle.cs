using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Functions of 16-bit numbers as TensorFlow Lite defines them, element by element.</summary>
internal static class Int16FunctionOracle
{
    public static int Logistic(int x, float scale)
    {
        BigInteger argument = Argument(x, scale, 0), magnitude = BigInteger.Abs(argument);
        BigInteger height = magnitude >= 255 * 512 ? 32767 << 10 : LstmOracle.Chord((long)magnitude, 512);
        return (int)(((argument < 0 ? (1 << 25) - height - 1 : height) + 512) >> 10);
    }

    public static int Tanh(int x, float scale)
    {
        BigInteger argument = Argument(x, scale, 1), magnitude = BigInteger.Abs(argument);
        BigInteger height = (magnitude >= 255 * 256 ? 65535 << 8 : LstmOracle.Chord((long)magnitude, 256)) - (1 << 23);
        return (int)(((argument < 0 ? -height - 1 : height) + 128) >> 8);
    }

    /// <summary>Rectifiers: the slope of the negative side is 0 for the plain one.</summary>
    public static int Rectified(int x, float input, float output, float slope)
    {
        float ratio = x >= 0 ? input / output : input * slope / output;
        (int multiplier, int exponent) = GemmlowpOracle.Quantize(Math.Abs((double)ratio));
        return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(x, multiplier, exponent) * (ratio < 0 ? -1 : 1), short.MinValue, short.MaxValue);
    }

    public static int Abs(int x, float input, float output)
    {
        (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)(input / output));
        return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(Math.Abs(x), multiplier, exponent), short.MinValue, short.MaxValue);
    }

    /// <summary>Reciprocal of the root; of numbers that have none the largest.</summary>
    public static int Rsqrt(int x, float input, float output) =>
        Chord(x, input, 0, 65536f / ((output * 32767) - (output * -32768)), v => v <= 0 ? 32767 * output : 1f / MathF.Sqrt(v));

    /// <summary>Rows of the normalised exponential.</summary>
    public static int[] Softmax(int[] x, int depth, double factor)
    {
        (int multiplier, int exponent) = GemmlowpOracle.Quantize(factor / (10.0 / 65535));
        int[] y = new int[x.Length];
        for (int row = 0; row < x.Length; row += depth)
        {
            int max = x[row..(row + depth)].Max();
            int[] exponentials = [.. x[row..(row + depth)].Select(v => Interpolate(
                GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(v - max, multiplier, exponent) + 32767, -32768, 32767), 10, 32767, v => (float)Math.Exp(v)))];
            long sum = exponentials.Sum(e => (long)e);

            // sum = (1 + rest) * 2^over, with 16 fractional bits of the rest.
            int over = (int)Math.Log2(sum);
            long rest = (((sum << (30 - over)) + 8192) >> 14) - 65536;
            int reciprocal = Interpolate((int)Math.Min(rest - 32768, 32767), 1, -32768, v => 1f / (1f + v));
            for (int i = 0; i < depth; i++)
            {
                y[row + i] = (int)Math.Clamp((((long)exponentials[i] * reciprocal) + (1L << (over - 1))) >> over, 0, 32767);
            }
        }

        return y;
    }

    /// <summary>A function over an interval of 65535 steps, by the chords of 512 parts.</summary>
    private static int Interpolate(int x, float length, int zeroPoint, Func<float, float> function) =>
        Chord(x, length / 65535, zeroPoint, 65536f / ((2f / 65535 * 32767) - (2f / 65535 * -32768)), function);

    private static int Chord(int x, float scale, int zeroPoint, float unit, Func<float, float> function)
    {
        float first = scale * (-32768 - zeroPoint), last = scale * (32767 - zeroPoint), step = (last - first) / 512;
        float Round(float v) => MathF.Round(v, MidpointRounding.AwayFromZero);
        int Entry(int i)
        {
            if (i == 512) return (int)Math.Clamp(Round(function(last) * unit), -32768, 32767);
            float entry = Round(function(first + (i * step)) * unit);
            float chord = Round(((function(first + ((i + 1) * step)) * unit) + entry) / 2);
            float bias = Round((chord - Round(function(first + (i * step) + (step / 2)) * unit)) / 2);
            return (int)Math.Clamp(entry - bias, -32768, 32767);
        }

        int part = (x + 32768) / 128, offset = (x + 32768) % 128;
        return Entry(part) + ((((Entry(part + 1) - Entry(part)) * offset) + 64) >> 7);
    }

    /// <summary>What the table counts: exact for certain powers of two, else by a truncated multiplier of 15 bits.</summary>
    private static BigInteger Argument(int x, float scale, int largestPower)
    {
        double logarithm = Math.Log2(scale);
        int power = (int)Math.Round(logarithm);
        if (Math.Abs(logarithm - power) < 1e-3 && power + 12 >= 0 && power + 12 <= largestPower) return (BigInteger)x * 3 << (power + 12);

        double multiplier = scale * 4096.0 * 3.0;
        int shift = 0;
        while (multiplier <= 16383.5 && shift < 31)
        {
            multiplier *= 2;
            shift++;
        }

        return (((BigInteger)x * (int)multiplier) + (shift > 0 ? BigInteger.One << (shift - 1) : 0)) >> shift;
    }
}
