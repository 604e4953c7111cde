using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Quantizer.Tests;

public sealed class RangeEstimatorTests
{
    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.MovingAverage)]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.Mse)]
    public void Evenly_spread_numbers_need_their_whole_range(CalibrationMethod method)
    {
        (float min, float max) = RangeEstimator.Estimate(Seen([.. Enumerable.Range(0, 100_000).Select(i => -2 + (i * 5e-5f))]), method);
        Assert.Equal(-2, min, 0.05f);
        Assert.Equal(3, max, 0.08f);
    }

    [Theory]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Mse)]
    [InlineData(CalibrationMethod.Octav)]
    public void One_outlier_does_not_take_the_range(CalibrationMethod method)
    {
        float[][] samples = [.. Normal(200_000).Chunk(1000)];
        samples[70][3] = 100;
        TensorStatistics seen = Seen(samples);
        (float min, float max) = RangeEstimator.Estimate(seen, method);
        Assert.InRange(min, -7, -2.5f);
        Assert.InRange(max, 2.5f, 40);
        Assert.Equal(100, RangeEstimator.Estimate(seen, CalibrationMethod.MinMax).Max);
    }

    [Theory]
    [InlineData(CalibrationMethod.Mse)]
    [InlineData(CalibrationMethod.Octav)]
    public void Silent_samples_do_not_decide(CalibrationMethod method)
    {
        // A quarter is a ten-thousandth as loud as the others.
        float[][] samples = [.. Normal(64_000).Chunk(1000).Select((chunk, i) => i % 4 == 0 ? Array.ConvertAll(chunk, v => v * 1e-4f) : chunk)];
        (float min, float max) = RangeEstimator.Estimate(Seen(samples), method);
        Assert.InRange(max, 3, 5);
        Assert.InRange(min, -5, -3);
    }

    [Theory]
    [InlineData(CalibrationMethod.Mse)]
    [InlineData(CalibrationMethod.Octav)]
    public void Least_squared_error_is_found(CalibrationMethod method)
    {
        // Of a normal distribution 8 bits do best with about 3.9 standard deviations to either side.
        float[] values = [.. Normal(200_000)];
        (float min, float max) = RangeEstimator.Estimate(Seen(values), method);
        Assert.InRange(max, 3.4f, 4.4f);
        Assert.InRange(min, -4.4f, -3.4f);
        double best = ErrorOf(values, min, max);
        foreach (float factor in new[] { 0.7f, 1.4f }) Assert.True(best < ErrorOf(values, min * factor, max * factor), $"{factor} times the range is better");
    }

    [Fact]
    public void Numbers_of_one_sign_have_a_range_that_begins_at_zero()
    {
        float[] values = [.. Normal(10_000).Select(v => Math.Abs(v) + 1)];
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>()) Assert.Equal(0, RangeEstimator.Estimate(Seen(values), method).Min);
    }

    [Fact]
    public void A_constant_is_no_trouble()
    {
        foreach (float constant in new[] { 0f, 5, -3 })
        {
            foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
            {
                (float min, float max) = RangeEstimator.Estimate(Seen([constant, constant]), method);
                Assert.True(min <= Math.Min(constant, 0) + 0.06f && max >= Math.Max(constant, 0) - 0.06f, $"{method}: {min} to {max} for {constant}");
            }
        }
    }

    [Fact]
    public void The_moving_average_follows_slowly()
    {
        TensorStatistics seen = new(1);
        seen.AddExtremes([-1, 1]);
        seen.AddExtremes([-1, 11]);
        Assert.Equal(2, seen.AverageMax, 1e-6f);
        Assert.Equal(-1, seen.AverageMin, 1e-6f);
    }

    private static TensorStatistics Seen(params float[][] samples)
    {
        TensorStatistics statistics = new(1);
        foreach (float[] sample in samples) statistics.AddExtremes(sample);
        foreach (float[] sample in samples) statistics.AddDistribution(sample);
        return statistics;
    }

    private static double ErrorOf(float[] values, float min, float max)
    {
        double step = (max - min) / 255.0;
        return values.Sum(v =>
        {
            double rounded = (Math.Round((Math.Clamp(v, min, max) - min) / step) * step) + min;
            return (rounded - v) * (rounded - v);
        });
    }

    private static IEnumerable<float> Normal(int count)
    {
        Random random = new(11);
        for (int i = 0; i < count; i++) yield return (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }
}
