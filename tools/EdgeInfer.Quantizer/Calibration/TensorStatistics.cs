namespace EdgeInfer.Quantizer.Calibration;

/// <summary>What was seen of an activation: extremes first, then, in a second run over the same samples, the distribution between them.</summary>
/// <param name="channels">Elements of its last dimension.</param>
public sealed class TensorStatistics(int channels)
{
    /// <summary>Bins of the histogram.</summary>
    public const int Bins = 4096;

    private const float NewestShare = 0.1f;

    /// <summary>Of the middle sample's power; those that are quieter count no more than if they had this.</summary>
    private const double QuietPower = 0.1;

    private readonly double[] _sums = new double[channels];
    private readonly List<double> _powers = [];
    private double _leastPower = -1;
    private long _rows;
    private bool _isFirst = true;

    /// <summary>Smallest number.</summary>
    public float Min { get; private set; } = float.PositiveInfinity;

    /// <summary>Largest number.</summary>
    public float Max { get; private set; } = float.NegativeInfinity;

    /// <summary>Running mean of the smallest number of a sample.</summary>
    public float AverageMin { get; private set; }

    /// <summary>Running mean of the largest number of a sample.</summary>
    public float AverageMax { get; private set; }

    /// <summary>Smallest number of every channel.</summary>
    public float[] ChannelMin { get; } = [.. Enumerable.Repeat(float.PositiveInfinity, channels)];

    /// <summary>Largest number of every channel.</summary>
    public float[] ChannelMax { get; } = [.. Enumerable.Repeat(float.NegativeInfinity, channels)];

    /// <summary>How many numbers fell into each of <see cref="Bins"/> equal parts of the range from smallest to largest.</summary>
    public long[] Histogram { get; } = new long[Bins];

    /// <summary>
    /// The same with every number counting for its sample's share: the reciprocal of the sample's sum of squares. So noise is weighed against each
    /// sample's own signal, and one sample that exceeds all others by far does not decide for them; nor do those of silence, which hardly have a signal.
    /// </summary>
    public double[] Weights { get; } = new double[Bins];

    /// <summary>Number that stands in the middle of a bin.</summary>
    /// <param name="bin">The bin.</param>
    /// <returns>The number.</returns>
    public double CentreOf(int bin) => Min + ((bin + 0.5) * (((double)Max - Min) / Bins));

    /// <summary>Bin that a number falls into.</summary>
    /// <param name="value">A number from <see cref="Min"/> to <see cref="Max"/>; others fall into the outermost bins.</param>
    /// <returns>The bin.</returns>
    public int BinOf(float value)
    {
        double width = ((double)Max - Min) / Bins;
        return width == 0 ? 0 : (int)Math.Clamp((value - Min) / width, 0, Bins - 1);
    }

    /// <summary>Mean of every channel.</summary>
    /// <returns>The means.</returns>
    public double[] ChannelMeans() => Array.ConvertAll(_sums, s => s / Math.Max(1, _rows));

    /// <summary>Takes a sample in, in the first run.</summary>
    /// <param name="values">Elements, the channel changing fastest.</param>
    public void AddExtremes(ReadOnlySpan<float> values)
    {
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        _powers.Add(Power(values));
        for (int i = 0, c = 0; i < values.Length; i++)
        {
            float value = values[i];
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            ChannelMin[c] = Math.Min(ChannelMin[c], value);
            ChannelMax[c] = Math.Max(ChannelMax[c], value);
            _sums[c] += value;
            if (++c == channels) c = 0;
        }

        _rows += values.Length / channels;
        AverageMin = _isFirst ? min : AverageMin + (NewestShare * (min - AverageMin));
        AverageMax = _isFirst ? max : AverageMax + (NewestShare * (max - AverageMax));
        _isFirst = false;
        Min = Math.Min(Min, min);
        Max = Math.Max(Max, max);
    }

    /// <summary>Takes a sample in, in the second run.</summary>
    /// <param name="values">Elements.</param>
    public void AddDistribution(ReadOnlySpan<float> values)
    {
        if (_leastPower < 0) _leastPower = QuietPower * _powers.Order().ElementAt(_powers.Count / 2);
        double power = Math.Max(Power(values), _leastPower), weight = power > 0 ? 1 / power : 0;
        foreach (float value in values)
        {
            int bin = BinOf(value);
            Histogram[bin]++;
            Weights[bin] += weight;
        }
    }

    private static double Power(ReadOnlySpan<float> values)
    {
        double power = 0;
        foreach (float value in values) power += (double)value * value;
        return power;
    }
}
