namespace EdgeInfer
{
    /// <summary>
    /// Single precision numbers from their IEEE 754 bits, exactly and without allocation: the core library only converts by
    /// way of a new byte array.
    /// </summary>
    internal static class FloatBits
    {
        private const int FractionBits = 23;
        private const int ExponentMask = 255;

        /// <summary>Exponent that makes the fraction, taken as an integer, stand for itself.</summary>
        private const int IntegerExponent = 150;

        /// <summary>Makes the number.</summary>
        /// <param name="bits">The bits; not those of what is no number.</param>
        /// <returns>The number.</returns>
        public static float ToSingle(int bits)
        {
            int exponent = (bits >> FractionBits) & ExponentMask;
            int fraction = bits & ((1 << FractionBits) - 1);
            if (exponent == 0) exponent = 1;
            else fraction |= 1 << FractionBits;

            // Powers of two only: nothing is rounded on the way.
            float value = bits < 0 ? -fraction : fraction;
            for (; exponent > IntegerExponent; exponent--) value *= 2f;
            for (; exponent < IntegerExponent; exponent++) value *= 0.5f;
            return value;
        }
    }
}
