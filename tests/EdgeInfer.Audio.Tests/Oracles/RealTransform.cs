namespace EdgeInfer.Audio.Tests.Oracles;

/// <summary>
/// The 16-bit real transform as kissfft defines it: decimation in time with factors of 4, every value kept in 16 bits, every product and division
/// rounded by itself. Recursive and without any short cut.
/// </summary>
internal static class RealTransform
{
    private const int Points = 256;

    /// <summary>Transforms 512 samples into bins 0 to 256.</summary>
    public static (short Re, short Im)[] Compute(short[] samples)
    {
        var input = new (short Re, short Im)[Points];
        for (int i = 0; i < Points; i++) input[i] = (samples[2 * i], samples[(2 * i) + 1]);

        var half = Transform(input);
        var bins = new (short Re, short Im)[Points + 1];
        short evens = Divide(half[0].Re, 2);
        short odds = Divide(half[0].Im, 2);
        bins[0] = ((short)(evens + odds), 0);
        bins[Points] = ((short)(evens - odds), 0);
        for (int k = 1; k <= Points / 2; k++)
        {
            var a = Divide(half[k], 2);
            var b = Divide((half[Points - k].Re, (short)-half[Points - k].Im), 2);
            (short Re, short Im) sum = ((short)(a.Re + b.Re), (short)(a.Im + b.Im));
            (short Re, short Im) difference = ((short)(a.Re - b.Re), (short)(a.Im - b.Im));
            var turned = Multiply(difference, Twiddle(-Math.PI * (((double)k / Points) + 0.5)));
            bins[k] = ((short)((sum.Re + turned.Re) >> 1), (short)((sum.Im + turned.Im) >> 1));
            bins[Points - k] = ((short)((sum.Re - turned.Re) >> 1), (short)((turned.Im - sum.Im) >> 1));
        }

        return bins;
    }

    private static (short Re, short Im)[] Transform((short Re, short Im)[] input)
    {
        if (input.Length == 1) return input;

        int quarter = input.Length / 4;
        var parts = Enumerable.Range(0, 4).Select(p => Transform([.. Enumerable.Range(0, quarter).Select(i => input[(4 * i) + p])])).ToArray();
        var output = new (short Re, short Im)[input.Length];
        for (int k = 0; k < quarter; k++)
        {
            var f0 = Divide(parts[0][k], 4);
            var f1 = Multiply(Divide(parts[1][k], 4), Twiddle(-2 * Math.PI * k / input.Length));
            var f2 = Multiply(Divide(parts[2][k], 4), Twiddle(-4 * Math.PI * k / input.Length));
            var f3 = Multiply(Divide(parts[3][k], 4), Twiddle(-6 * Math.PI * k / input.Length));
            output[k] = ((short)(f0.Re + f2.Re + f1.Re + f3.Re), (short)(f0.Im + f2.Im + f1.Im + f3.Im));
            output[k + quarter] = ((short)(f0.Re - f2.Re + f1.Im - f3.Im), (short)(f0.Im - f2.Im - f1.Re + f3.Re));
            output[k + (2 * quarter)] = ((short)(f0.Re + f2.Re - f1.Re - f3.Re), (short)(f0.Im + f2.Im - f1.Im - f3.Im));
            output[k + (3 * quarter)] = ((short)(f0.Re - f2.Re - f1.Im + f3.Im), (short)(f0.Im - f2.Im + f1.Re - f3.Re));
        }

        return output;
    }

    private static (short Re, short Im) Twiddle(double phase) =>
        ((short)Math.Floor(0.5 + (32767 * Math.Cos(phase))), (short)Math.Floor(0.5 + (32767 * Math.Sin(phase))));

    private static (short Re, short Im) Multiply((short Re, short Im) a, (short Re, short Im) b) =>
        (Round((a.Re * b.Re) - (a.Im * b.Im)), Round((a.Re * b.Im) + (a.Im * b.Re)));

    private static (short Re, short Im) Divide((short Re, short Im) a, int by) => (Divide(a.Re, by), Divide(a.Im, by));

    private static short Divide(short a, int by) => Round(a * (32767 / by));

    private static short Round(int product) => (short)((product + (1 << 14)) >> 15);
}
