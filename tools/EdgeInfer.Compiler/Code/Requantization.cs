using EdgeInfer.Compiler.Layers;

namespace EdgeInfer.Compiler.Code;

/// <summary>
/// Requantization of one channel with everything that is constant folded into as few constants as there can be.
/// </summary>
/// <remarks>
/// <para>
/// The reference takes t = a * m + r, subtracts 2^31 where t lies below 2^(s-1) (for s above 31), and gives
/// clamp((t >> s) + z, min, max); see <see cref="Channel"/>. Here a = L + b, where L is what the code sums up and b the bias less
/// the offsets of the lanes. With n = z - min and k = 2^2 all of it is one multiplication, one addition and one shift:
/// (L * km + k(b * m + r + n * 2^s)) >> (s + 2) = (t >> s) + z - min, which is clamped to 0 and max - min.
/// The factor k makes m a number of more than 32 bits, which the interpreter pushes at once; a smaller one would have to be
/// converted, for twice the price.
/// </para>
/// <para>
/// The subtraction is left out where it cannot show: where t is never negative, or where every negative result is clamped
/// (min at least z, as ReLU has it). The clamp is left out where the bounds of a say so. Both bounds follow from the weights.
/// </para>
/// </remarks>
internal sealed class Requantization
{
    private const int Factor = 2;

    /// <summary>Keeps n * 2^s within 64 bits.</summary>
    private const int MaximumShift = 50;

    private Requantization(OutputChannel channel, MatrixLayer layer)
    {
        (long low, long high) = Bounds(channel);
        long zero = layer.OutputZeroPoint;
        long first = Apply(channel, low) + zero, last = Apply(channel, high) + zero;
        ConstantOutput = Math.Clamp(first, layer.Minimum, layer.Maximum) == Math.Clamp(last, layer.Minimum, layer.Maximum)
            ? (int)Math.Clamp(first, layer.Minimum, layer.Maximum)
            : null;
        int shift = channel.Shift;
        long half = 1L << (shift - 1);
        long offset = (zero - layer.Minimum) << shift;
        long rounding = half + (shift > 31 ? Channel.HalfUnit : 0);
        Multiplier = (long)channel.Multiplier << Factor;
        Bias = ((channel.Bias * channel.Multiplier) + rounding + offset) << Factor;
        Shift = shift + Factor;
        Threshold = (half + offset) << Factor;
        bool below = (low * channel.Multiplier) + rounding < half;
        NegativeStep = shift > 31 && below && layer.Minimum < zero ? Channel.Unit << Factor : 0;
        NeedsClamp = first < layer.Minimum || last > layer.Maximum;
        Minimum = layer.Minimum;
        Range = layer.Maximum - layer.Minimum;
    }

    /// <summary>The output, where it is the same whatever the input; the weights do not matter then.</summary>
    public int? ConstantOutput { get; }

    /// <summary>km.</summary>
    public long Multiplier { get; }

    /// <summary>k(b * m + r + n * 2^s), the offsets of the lanes not yet in b.</summary>
    public long Bias { get; }

    /// <summary>s + 2.</summary>
    public int Shift { get; }

    /// <summary>Below this <see cref="NegativeStep"/> is taken off.</summary>
    public long Threshold { get; }

    /// <summary>k * 2^31, or 0 where it cannot show.</summary>
    public long NegativeStep { get; }

    /// <summary>Whether the sum can lie outside the activation's range.</summary>
    public bool NeedsClamp { get; }

    /// <summary>Smallest output.</summary>
    public int Minimum { get; }

    /// <summary>Largest output less the smallest.</summary>
    public int Range { get; }

    /// <summary>Works out the constants of a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="layer">Its layer.</param>
    public static Requantization Of(OutputChannel channel, MatrixLayer layer) => new(channel, layer);

    /// <summary>Tells whether no number of the generated code leaves 64 bits, nor the accumulator of the reference 32.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="layer">Its layer.</param>
    public static bool Fits(OutputChannel channel, MatrixLayer layer)
    {
        (long low, long high) = Bounds(channel);
        if (low < int.MinValue || high > int.MaxValue) return false;
        if (Of(channel, layer).ConstantOutput is not null) return true;

        // The offsets of the lanes may overflow on the way, for they are taken off again; the result may not.
        Int128 largest = Int128.Max(Int128.Abs(low), Int128.Abs(high)) * channel.Multiplier;
        Int128 rest = (Int128)1 << (channel.Shift + 9);
        return channel.Shift <= MaximumShift && (largest + rest) << Factor < (Int128)1 << 62;
    }

    /// <summary>What a channel's accumulator can come to.</summary>
    private static (long Low, long High) Bounds(OutputChannel channel)
    {
        long low = channel.Bias, high = channel.Bias;
        foreach (int weight in channel.Weights)
        {
            low += weight > 0 ? sbyte.MinValue * weight : sbyte.MaxValue * weight;
            high += weight > 0 ? sbyte.MaxValue * weight : sbyte.MinValue * weight;
        }

        return (low, high);
    }

    private static long Apply(OutputChannel channel, long accumulator)
    {
        if (accumulator is < int.MinValue or > int.MaxValue) return 0;
        return new Converter.Numerics.QuantizedMultiplier(channel.Multiplier, 31 - channel.Shift).Apply((int)accumulator);
    }
}
