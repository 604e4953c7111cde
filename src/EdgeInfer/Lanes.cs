namespace EdgeInfer
{
    /// <summary>
    /// Three sums in one 64-bit number, 21 bits each: how convolutions make three products by one multiplication.
    /// docs/numerics.md derives it.
    /// </summary>
    /// <remarks>
    /// With <see cref="Offsets"/> added no lane is negative, so that lane i is (number >> 21 * i) and <see cref="Mask"/>, less
    /// <see cref="Offset"/>, without carries to undo.
    /// </remarks>
    public static class Lanes
    {
        /// <summary>Distance from one lane to the next.</summary>
        public const int Width = 21;

        /// <summary>The bits of a lane.</summary>
        public const int Mask = (1 << Width) - 1;

        /// <summary>What makes a lane that holds a sum positive.</summary>
        public const int Offset = 1 << (Width - 1);

        /// <summary><see cref="Offset"/> in all three lanes.</summary>
        public const long Offsets = (long)Offset | ((long)Offset << Width) | ((long)Offset << (2 * Width));

        /// <summary>Products of two int8 numbers that a lane holds: 63 * 128 * 128 is below <see cref="Offset"/>.</summary>
        public const int Capacity = 63;

        /// <summary>Magnitudes of weights, added up, whose products with any int8 numbers a lane holds: 8191 * 128 is below <see cref="Offset"/>.</summary>
        public const int Magnitude = (Offset - 1) / 128;

        /// <summary>Bits of a number above its second lane: a shift to the left by them and an unsigned one to the right by <see cref="AboveFirst"/> leave that lane.</summary>
        public const int AboveSecond = 64 - (2 * Width);

        /// <summary>Bits of a number above its first lane.</summary>
        public const int AboveFirst = 64 - Width;
    }
}
