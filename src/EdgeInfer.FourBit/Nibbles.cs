namespace EdgeInfer.Kernels
{
    /// <summary>
    /// 4-bit weights as the bytes section holds them: each plus 8, two a byte, the first in the low half, every row from a byte on.
    /// Sixteen of them are one 64-bit number, four of which one multiplication takes. docs/numerics.md derives it.
    /// </summary>
    /// <remarks>
    /// Of a number with sixteen weights, v >> 4 * k and <see cref="Mask"/> are weights k, k + 4, k + 8 and k + 12 in four lanes of 16 bits. Times the inputs of
    /// the same taps in the opposite order, the upper lane of the product is the sum of the four products, and what the lower
    /// lanes hold is less than 2^47 away from zero for up to eight such numbers, 32 taps.
    /// </remarks>
    public static class Nibbles
    {
        /// <summary>What a weight is stored with.</summary>
        public const int Offset = 8;

        /// <summary>Weights of a 64-bit number.</summary>
        public const int WordTaps = 16;

        /// <summary>Distance from one lane to the next.</summary>
        public const int LaneWidth = 16;

        /// <summary>Keeps four of sixteen weights, one a lane.</summary>
        public const long Mask = 0x000F000F000F000F;

        /// <summary><see cref="Offset"/> in all lanes.</summary>
        public const long Offsets = 0x0008000800080008;

        /// <summary>
        /// Where the sum of 32 taps begins. It keeps the lower lanes between 0 and 2^48, so that the upper lane is the sum of the products, less one: from
        /// -32512 - 1 to 32768 - 1, which 16 bits hold.
        /// </summary>
        public const long Origin = -(1L << 47);

        /// <summary>Shift that leaves the upper lane.</summary>
        public const int Upper = 48;

        /// <summary>Bytes of a row of weights.</summary>
        /// <param name="taps">Its weights.</param>
        /// <returns>The bytes; the last one holds one weight only where their number is odd.</returns>
        public static int RowBytes(int taps)
        {
            return (taps + 1) / 2;
        }
    }
}
