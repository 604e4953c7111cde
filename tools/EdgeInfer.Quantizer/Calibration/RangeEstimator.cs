namespace EdgeInfer.Quantizer.Calibration;

/// <summary>Chooses the range of real numbers that the integers of an activation shall cover.</summary>
public static class RangeEstimator
{
    private const double PercentileLeftOut = 0.0001;
    private const int Candidates = 128;

    /// <summary>Chooses a range.</summary>
    /// <param name="statistics">What was seen.</param>
    /// <param name="method">How to choose.</param>
    /// <param name="symmetric">Whether the range is used symmetrically about zero.</param>
    /// <param name="bits">Bits of an integer, 8 or 16.</param>
    /// <returns>Smallest and largest number; zero lies in it.</returns>
    public static (float Min, float Max) Estimate(TensorStatistics statistics, CalibrationMethod method, bool symmetric = false, int bits = 8)
    {
        int levels = 1 << bits;
        (double min, double max) = method switch
        {
            CalibrationMethod.MinMax => (statistics.Min, statistics.Max),
            CalibrationMethod.MovingAverage => (statistics.AverageMin, statistics.AverageMax),
            CalibrationMethod.Percentile => Percentile(statistics),
            CalibrationMethod.Octav => Octav(statistics, symmetric, levels),
            CalibrationMethod.Entropy => Search(statistics, symmetric, (seen, least, most) => Divergence(seen, least, most, levels)),
            _ => Search(statistics, symmetric, (seen, least, most) => SquaredError(seen, least, most, levels)),
        };
        return ((float)Math.Min(min, 0), (float)Math.Max(max, 0));
    }

    private static (double Min, double Max) Percentile(TensorStatistics statistics)
    {
        long total = statistics.Histogram.Sum(), out1 = 0, out2 = 0;
        long most = (long)(total * PercentileLeftOut);
        int low = 0, high = TensorStatistics.Bins - 1;
        while (low < high && (out1 += statistics.Histogram[low]) <= most) low++;
        while (high > low && (out2 += statistics.Histogram[high]) <= most) high--;
        double half = ((double)statistics.Max - statistics.Min) / TensorStatistics.Bins / 2;
        return (low == 0 ? statistics.Min : statistics.CentreOf(low) - half, high == TensorStatistics.Bins - 1 ? statistics.Max : statistics.CentreOf(high) + half);
    }

    /// <summary>
    /// Tries limits from the extremes down to a hundredth and less of them: first both together, then each side for itself with the other held.
    /// </summary>
    private static (double Min, double Max) Search(TensorStatistics statistics, bool symmetric, Func<TensorStatistics, double, double, double> cost)
    {
        double least = Math.Min(statistics.Min, 0), most = Math.Max(statistics.Max, 0);
        if (symmetric) (least, most) = (-Math.Max(most, -least), Math.Max(most, -least));
        if (most - least <= 0) return (least, most);

        (double Min, double Max) best = Best(Factors().Select(f => (least * f, most * f)));
        if (symmetric || least == 0 || most == 0) return best;
        best = Best(Factors().Select(f => (best.Min, most * f)).Append(best));
        return Best(Factors().Select(f => (least * f, best.Max)).Append(best));

        (double Min, double Max) Best(IEnumerable<(double Min, double Max)> ranges) => ranges.MinBy(r => cost(statistics, r.Min, r.Max));
    }

    /// <summary>Evenly from 1 to 1/2, then ever finer, for outliers that exceed everything else by far.</summary>
    private static IEnumerable<double> Factors()
    {
        for (int i = 0; i < Candidates; i++) yield return 1 - (i * 0.5 / Candidates);
        for (double factor = 0.5; factor > 1e-4; factor *= 0.95) yield return factor;
    }

    /// <summary>Squared error of rounding within a range and of cutting off beyond it, every sample's against its own signal.</summary>
    private static double SquaredError(TensorStatistics statistics, double min, double max, int levels)
    {
        double step = (max - min) / (levels - 1), width = ((double)statistics.Max - statistics.Min) / TensorStatistics.Bins;

        // The rounding error of a number that may be anywhere within a bin; bins may be wider than steps.
        double rounding = step * step / 12, error = 0;
        for (int bin = 0; bin < TensorStatistics.Bins; bin++)
        {
            if (statistics.Weights[bin] == 0) continue;
            double centre = statistics.CentreOf(bin), beyond = Math.Max(Math.Max(min - centre, centre - max), 0);
            error += statistics.Weights[bin] * (beyond > 0 ? (beyond * beyond) + (width * width / 12) : IsZero(statistics, bin, width) ? 0 : rounding);
        }

        return error;
    }

    /// <summary>Zero is represented exactly, and after a rectifier it is the most frequent number.</summary>
    private static bool IsZero(TensorStatistics statistics, int bin, double width) => statistics.Min == 0 && bin == 0 && width > 0;

    /// <summary>
    /// Kullback-Leibler divergence of the numbers, cut off at the range, from what the levels of an integer say of them. Zero does not count: it is represented exactly, and
    /// where a rectifier made half of the numbers zero, nothing else would.
    /// </summary>
    private static double Divergence(TensorStatistics statistics, double min, double max, int levels)
    {
        double[] clipped = new double[TensorStatistics.Bins];
        long[] inside = new long[TensorStatistics.Bins];
        int low = TensorStatistics.Bins, high = -1, zero = statistics.BinOf(0);
        for (int bin = 0; bin < clipped.Length; bin++)
        {
            if (statistics.CentreOf(bin) < min || statistics.CentreOf(bin) > max) continue;
            low = Math.Min(low, bin);
            high = Math.Max(high, bin);
        }

        if (high - low + 1 < levels) return double.PositiveInfinity;
        for (int bin = 0; bin < clipped.Length; bin++)
        {
            if (bin == zero) continue;
            clipped[Math.Clamp(bin, low, high)] += statistics.Histogram[bin];
            if (bin >= low && bin <= high) inside[bin] = statistics.Histogram[bin];
        }

        int bins = high - low + 1;
        double total = clipped.Sum(), kept = inside.Sum(), divergence = 0;
        if (kept == 0) return double.PositiveInfinity;
        for (int level = 0; level < levels; level++)
        {
            int from = low + (int)((long)level * bins / levels), to = low + (int)((level + 1L) * bins / levels);
            long sum = 0;
            int filled = 0;
            for (int bin = from; bin < to; bin++)
            {
                sum += inside[bin];
                if (clipped[bin] > 0) filled++;
            }

            for (int bin = from; bin < to; bin++)
            {
                if (clipped[bin] == 0) continue;
                double p = clipped[bin] / total, q = sum == 0 ? 1e-12 : sum / (double)filled / kept;
                divergence += p * Math.Log(p / q);
            }
        }

        return divergence;
    }

    /// <summary>
    /// Newton's iteration for the limit s at which the error of rounding within it equals that of cutting off beyond it:
    /// s = E[|x|; |x| over s] / (k P(|x| up to s) + P(|x| over s)), where k s^2 is the squared error of rounding: with n levels 1 / (12 n^2) where all numbers have
    /// one sign, 1 / (3 n^2) where they have both.
    /// </summary>
    private static (double Min, double Max) Octav(TensorStatistics statistics, bool symmetric, int levels)
    {
        bool oneSided = (statistics.Min >= 0 || statistics.Max <= 0) && !symmetric;
        double rounding = 1.0 / ((double)levels * levels) / (oneSided ? 12 : 3);
        double total = statistics.Weights.Sum(), limit = 0;
        if (total == 0) return (statistics.Min, statistics.Max);
        for (int bin = 0; bin < TensorStatistics.Bins; bin++) limit += statistics.Weights[bin] / total * Math.Abs(statistics.CentreOf(bin));
        for (int i = 0; i < 100; i++)
        {
            double over = 0, sum = 0;
            for (int bin = 0; bin < TensorStatistics.Bins; bin++)
            {
                double magnitude = Math.Abs(statistics.CentreOf(bin));
                if (magnitude <= limit) continue;
                over += statistics.Weights[bin] / total;
                sum += statistics.Weights[bin] / total * magnitude;
            }

            double next = sum / ((rounding * (1 - over)) + over);
            if (sum == 0 || Math.Abs(next - limit) <= 1e-6 * limit) break;
            limit = next;
        }

        return (Math.Max(statistics.Min, -limit), Math.Min(statistics.Max, limit));
    }
}
