using System.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>One gate of a long short-term memory.</summary>
internal sealed record LstmGateParameters(
    int[] InputWeights, int[] RecurrentWeights, long[] Bias, (int Multiplier, int Exponent) InputScale, (int Multiplier, int Exponent) RecurrentScale);

/// <summary>What a long short-term memory is made of; the gates are input, forget, cell and output.</summary>
internal sealed record LstmParameters
{
    public required int Inputs { get; init; }

    public required int Cells { get; init; }

    public required LstmGateParameters[] Gates { get; init; }

    public required int InputZeroPoint { get; init; }

    public required int HiddenZeroPoint { get; init; }

    public required int CellExponent { get; init; }

    public required int CellClip { get; init; }

    public required double HiddenScale { get; init; }

    /// <summary>True for input and output of 16 bits, whose sums are scaled once.</summary>
    public bool Wide { get; init; }
}

/// <summary>Long short-term memory by its definition, one batch row; states are kept from step to step.</summary>
internal sealed class LstmOracle(LstmParameters p)
{
    private readonly int[] _hidden = [.. Enumerable.Repeat(p.HiddenZeroPoint, p.Cells)];
    private readonly int[] _cell = new int[p.Cells];

    /// <summary>Runs a time step.</summary>
    public int[] Step(int[] x)
    {
        int[][] gates = [.. Enumerable.Range(0, 4).Select(g => Gate(p.Gates[g], x, isTanh: g == 2))];
        for (int n = 0; n < p.Cells; n++)
        {
            BigInteger kept = Rescale((BigInteger)gates[1][n] * _cell[n], Math.Pow(2, -15));
            BigInteger added = Rescale((BigInteger)gates[0][n] * gates[2][n], Math.Pow(2, -30 - p.CellExponent));
            int cell = Clamp16(Clamp16(kept) + Clamp16(added));
            _cell[n] = p.CellClip > 0 ? Math.Clamp(cell, -p.CellClip, p.CellClip) : cell;
            BigInteger hidden = Rescale((BigInteger)gates[3][n] * Tanh(_cell[n], p.CellExponent), Math.Pow(2, -30) / p.HiddenScale);
            _hidden[n] = p.Wide ? Clamp16(hidden) : GemmlowpOracle.Clamp(hidden + p.HiddenZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        }

        return [.. _hidden];
    }

    /// <summary>The sigmoid between multiples of 1/24 by a chord, both in 16 fractional bits; the argument has 12, the result 15.</summary>
    public static int Sigmoid(int value)
    {
        int magnitude = Math.Abs(3 * value);
        long height = Chord(magnitude, 512);
        long numerator = value < 0 ? (1L << 25) - height - 1 : height;
        return (int)((numerator + 512) >> 10);
    }

    /// <summary>tanh(x) = 2 * sigmoid(2 * x) - 1 by the same table; the argument is a multiple of a power of two, the result has 15 fractional bits.</summary>
    public static int Tanh(int value, int exponent)
    {
        int left = exponent + 12;
        long argument = left >= 0 ? (3L * value) << left : ((3L * value) + (1L << (-left - 1))) >> -left;
        long magnitude = Math.Abs(argument);
        long height = (magnitude >= 255 * 256 ? 65535L << 8 : Chord(magnitude, 256)) - (1L << 23);
        return (int)(((argument < 0 ? -height - 1 : height) + 128) >> 8);
    }

    /// <summary>The sigmoid of a magnitude in steps of 1/24, times the step, with 16 fractional bits.</summary>
    public static long Chord(long magnitude, int step)
    {
        int i = (int)(magnitude / step);
        return (Entry(i) * step) + (magnitude % step * (Entry(i + 1) - Entry(i)));
    }

    /// <summary>The sigmoid, raised by half of what a chord stays below it at most.</summary>
    private static long Entry(int i)
    {
        if (i == 255) return 65535;
        double s = 1 / (1 + Math.Exp(-i / 24.0));
        double secondDerivative = s * (1 - s) * (1 - (2 * s));
        return (long)Math.Round((s - (secondDerivative / 24 / 24 / 16)) * 65536);
    }

    private static BigInteger Rescale(BigInteger value, double ratio)
    {
        (int multiplier, int exponent) = GemmlowpOracle.Quantize(ratio);
        return GemmlowpOracle.Requantize((long)value, multiplier, exponent);
    }

    private static int Clamp16(BigInteger value) => GemmlowpOracle.Clamp(value, short.MinValue, short.MaxValue);

    private BigInteger Scale(long sum, (int Multiplier, int Exponent) scale) =>
        p.Wide ? Int16Oracle.Scale(sum, scale.Multiplier, scale.Exponent) : GemmlowpOracle.Requantize(sum, scale.Multiplier, scale.Exponent);

    private int[] Gate(LstmGateParameters gate, int[] x, bool isTanh)
    {
        int[] values = new int[p.Cells];
        for (int n = 0; n < p.Cells; n++)
        {
            long input = gate.Bias[n];
            for (int i = 0; i < p.Inputs; i++) input += (long)(x[i] - p.InputZeroPoint) * gate.InputWeights[(n * p.Inputs) + i];
            long recurrent = 0;
            for (int i = 0; i < p.Cells; i++) recurrent += (long)(_hidden[i] - p.HiddenZeroPoint) * gate.RecurrentWeights[(n * p.Cells) + i];
            int sum = Clamp16(Clamp16(Scale(input, gate.InputScale)) + Clamp16(Scale(recurrent, gate.RecurrentScale)));
            values[n] = isTanh ? Tanh(sum, -12) : Sigmoid(sum);
        }

        return values;
    }
}
