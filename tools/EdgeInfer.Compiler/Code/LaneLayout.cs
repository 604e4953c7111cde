using System.Globalization;

namespace EdgeInfer.Compiler.Code;

/// <summary>
/// Sums of several filters side by side in one 64-bit number: a constant carries one weight a lane, so that one
/// multiplication by an activation makes as many products as there are lanes.
/// </summary>
/// <remarks>
/// A sum begins with <see cref="Offset"/> in every lane, so that no lane is ever negative and none borrows from the next. A lane
/// holds as many products as its weights allow: |w| * 128 summed up stays below the offset. Bit 63 belongs to no lane. That
/// is used for constants of 32 bits or fewer: the interpreter converts them, at more than twice the price of a 64-bit one, so they
/// are given bit 63, and what becomes of that bit does not matter.
/// </remarks>
internal sealed class LaneLayout
{
    private readonly int _lanes;

    /// <summary>Divides a number.</summary>
    /// <param name="lanes">1 to <see cref="MostLanes"/>.</param>
    public LaneLayout(int lanes)
    {
        _lanes = lanes;
        Width = lanes == 1 ? 62 : 63 / lanes;
        Offset = 1L << (Width - 1);
    }

    /// <summary>More lanes would be too narrow for a handful of products.</summary>
    public const int MostLanes = 4;

    /// <summary>Bits of a lane.</summary>
    public int Width { get; }

    /// <summary>What makes a lane positive.</summary>
    public long Offset { get; }

    /// <summary>The bits of the lowest lane.</summary>
    public long Mask => (1L << Width) - 1;

    /// <summary>The offset in all lanes.</summary>
    public long Offsets => Enumerable.Range(0, _lanes).Sum(lane => Offset << (lane * Width));

    /// <summary>What the weights of one lane may sum up to, without their signs.</summary>
    public long Capacity => (Offset - 1) / -sbyte.MinValue;

    /// <summary>The constant that carries weights.</summary>
    /// <param name="weights">One a lane.</param>
    public long Pack(IReadOnlyList<int> weights)
    {
        long packed = 0;
        for (int lane = 0; lane < weights.Count; lane++) packed += (long)weights[lane] << (lane * Width);
        return packed;
    }

    /// <summary>A packed constant as a literal that takes 64 bits.</summary>
    /// <param name="packed">The constant.</param>
    /// <param name="marked">Whether it was given bit 63.</param>
    public static string Literal(long packed, out bool marked)
    {
        marked = Math.Abs(packed) <= uint.MaxValue;
        return Literal(marked ? packed ^ long.MinValue : packed);
    }

    /// <summary>A number as a literal.</summary>
    /// <param name="value">The number.</param>
    public static string Literal(long value) => value.ToString(CultureInfo.InvariantCulture) + "L";

    /// <summary>The expression that reads a lane.</summary>
    /// <param name="sums">Name of the number.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="mask">Name of the variable with <see cref="Mask"/>.</param>
    /// <param name="marked">Whether bit 63 may be set.</param>
    public string Read(string sums, int lane, string mask, bool marked)
    {
        if (lane == 0 && _lanes > 1) return $"({sums} & {mask})";

        bool highest = lane == _lanes - 1;
        return highest && !marked
            ? lane == 0 ? sums : $"({sums} >> {lane * Width})"
            : $"(long)((ulong)({sums} << {64 - ((lane + 1) * Width)}) >> {64 - Width})";
    }
}
