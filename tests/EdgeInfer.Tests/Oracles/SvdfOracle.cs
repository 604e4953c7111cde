namespace EdgeInfer.Tests.Oracles;

/// <summary>What a singular value decomposition filter is made of.</summary>
internal sealed record SvdfParameters
{
    public required int Inputs { get; init; }

    public required int Filters { get; init; }

    public required int Rank { get; init; }

    public required int Memory { get; init; }

    public required int[] FeatureWeights { get; init; }

    public required int[] TimeWeights { get; init; }

    public required int[]? Bias { get; init; }

    public required bool IsWide { get; init; }

    public required (int Input, int State, int Output) ZeroPoints { get; init; }

    public required (int Multiplier, int Exponent) FeatureScale { get; init; }

    public required (int Multiplier, int Exponent) TimeScale { get; init; }
}

/// <summary>Singular value decomposition filter by its definition, one batch row after the other.</summary>
internal sealed class SvdfOracle(SvdfParameters p, int batches)
{
    private readonly int[] _state = [.. Enumerable.Repeat(p.ZeroPoints.State, batches * p.Filters * p.Memory)];

    public int[] Run(int[] x)
    {
        int outputs = p.Filters / p.Rank;
        int[] y = new int[batches * outputs];
        for (int batch = 0; batch < batches; batch++)
        {
            long[] products = new long[p.Filters];
            for (int filter = 0; filter < p.Filters; filter++)
            {
                long feature = 0;
                for (int i = 0; i < p.Inputs; i++)
                {
                    feature += (long)(x[(batch * p.Inputs) + i] - p.ZeroPoints.Input) * p.FeatureWeights[(filter * p.Inputs) + i];
                }

                Span<int> memory = _state.AsSpan(((batch * p.Filters) + filter) * p.Memory, p.Memory);
                for (int t = 0; t + 1 < p.Memory; t++) memory[t] = memory[t + 1];
                memory[^1] = Newest(feature);
                for (int t = 0; t < p.Memory; t++) products[filter] += (long)p.TimeWeights[(filter * p.Memory) + t] * (memory[t] - p.ZeroPoints.State);
            }

            for (int output = 0; output < outputs; output++)
            {
                long sum = p.Bias is null ? 0 : p.Bias[output];
                for (int r = 0; r < p.Rank; r++) sum += products[(output * p.Rank) + r];
                y[(batch * outputs) + output] = GemmlowpOracle.Clamp(
                    GemmlowpOracle.Requantize(sum, p.TimeScale.Multiplier, p.TimeScale.Exponent) + p.ZeroPoints.Output, sbyte.MinValue, sbyte.MaxValue);
            }
        }

        return y;
    }

    /// <summary>Clamped to the state's type first, moved by its zero point then, where it may wrap.</summary>
    private int Newest(long feature)
    {
        (int min, int max) = p.IsWide ? (short.MinValue, short.MaxValue) : (sbyte.MinValue, (int)sbyte.MaxValue);
        int value = GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(feature, p.FeatureScale.Multiplier, p.FeatureScale.Exponent), min, max) + p.ZeroPoints.State;
        int period = max - min + 1;
        return value > max ? value - period : value < min ? value + period : value;
    }
}
