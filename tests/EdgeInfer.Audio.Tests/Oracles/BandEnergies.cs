namespace EdgeInfer.Audio.Tests.Oracles;

/// <summary>The transforms of the band front end one by one and by their formula, in plain numbers.</summary>
internal static class BandEnergies
{
    /// <summary>Energies of bins 0 to 32 of three windowed stretches, and the bits that were dropped.</summary>
    /// <param name="points">[stretch][64], below 2^20 in magnitude.</param>
    public static (int[] Energies, int Shift) Compute(int[][] points)
    {
        int highest = Bits(points);
        int shift = Math.Max(0, highest - 9);
        (long Re, long Im)[][] bins = [.. points.Select(stretch => Transform([.. stretch.Select(point => (long)((point + (1 << 20)) >> shift))]))];
        int[] energies = new int[33];
        for (int bin = 0; bin <= 32; bin++)
        {
            // A lane takes one from the next above it where it is negative; what is left of 21 bits after 7 is squared.
            long Energy(Func<(long Re, long Im), long> part)
            {
                long first = part(bins[0][bin]);
                long second = part(bins[1][bin]) + (first < 0 ? -1 : 0);
                long third = part(bins[2][bin]) + (second < 0 ? -1 : 0);
                return ((first >> 7) * (first >> 7)) + ((second >> 7) * (second >> 7)) + ((third >> 7) * (third >> 7));
            }

            energies[bin] = (int)(Energy(value => value.Re) + Energy(value => value.Im));
        }

        return (energies, shift);
    }

    /// <summary>Bits of the largest magnitude; a lane above a negative one counts as one less.</summary>
    public static int Bits(int[][] points)
    {
        int largest = 0;
        for (int i = 0; i < 64; i++)
        {
            int first = points[0][i];
            int second = points[1][i] - (first < 0 ? 1 : 0);
            int third = points[2][i] - (second < 0 ? 1 : 0);
            foreach (int value in (int[])[first, second, third]) largest |= value < 0 ? ~value : value;
        }

        int bits = 0;
        for (; largest != 0; largest >>= 1) bits++;
        return bits;
    }

    private static (long Re, long Im)[] Transform(long[] points)
    {
        (long Re, long Im)[,] turned = new (long, long)[5, 8];
        for (int column = 0; column < 8; column++)
        {
            for (int row = 0; row < 5; row++)
            {
                long re = 0;
                long im = 0;
                for (int m = 0; m < 8; m++)
                {
                    re += points[column + (8 * m)] * Eighth((row * m) + 2, row, 1);
                    im -= points[column + (8 * m)] * Eighth(row * m, row, 1);
                }

                if ((row & 1) != 0) (re, im) = (re >> 4, im >> 4);
                double angle = 2 * Math.PI * row * column / 64;
                long cosine = (long)Math.Round(64 * Math.Cos(angle));
                long sine = (long)Math.Round(64 * Math.Sin(angle));
                turned[row, column] = row == 0 ? (re, 0) : (((re * cosine) + (im * sine)) >> 6, ((im * cosine) - (re * sine)) >> 6);
            }
        }

        (long, long)[] bins = new (long, long)[33];
        for (int bin = 0; bin <= 32; bin++)
        {
            bool mirrored = (bin & 7) > 4;
            int k = mirrored ? 64 - bin : bin;
            long re = 0;
            long im = 0;
            for (int column = 0; column < 8; column++)
            {
                (long x, long y) = turned[k & 7, column];
                long cosine = Eighth(((k >> 3) * column) + 2, k >> 3, 16);
                long sine = Eighth((k >> 3) * column, k >> 3, 16);
                re += (x * cosine) + (y * sine);
                im += (y * cosine) - (x * sine);
            }

            bins[bin] = (re, im);
        }

        return bins;
    }

    /// <summary>The sine of so many eighths of a turn: in 17ths, the square root of 1/2 being 12, for odd outputs; in ones for even ones.</summary>
    private static int Eighth(int eighths, int output, int one)
    {
        int sign = (eighths & 7) < 4 ? 1 : -1;
        return (eighths & 3) switch { 0 => 0, 2 => sign * ((output & 1) != 0 ? 17 : one), _ => sign * 12 };
    }
}
