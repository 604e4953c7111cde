namespace EdgeInfer.Audio
{
    /// <summary>Rounded square roots of the channels, as the reference rounds them.</summary>
    internal static class SquareRoot
    {
        /// <summary>
        /// Takes the square root of every channel, rounded, and undoes the scaling of the samples. Roots that need all 16 or 32 bits are not
        /// rounded up; operands below 2^32 are those that have 16.
        /// </summary>
        /// <param name="values">Energies, 0 to 2^60.</param>
        /// <param name="shift">Bits by which the samples were shifted left.</param>
        /// <param name="roots">Receives the roots.</param>
        /// <remarks>
        /// Newton's iteration from above: with x above the root of n, (x + n / x) / 2 is at most x, and not below the root's floor; it has
        /// arrived where it stops falling. The start is a power of two at most twice the root, so that five or six steps do.
        /// </remarks>
        internal static void Apply(long[] values, int shift, int[] roots)
        {
            for (int i = 0; i < values.Length; i++)
            {
                long value = values[i];
                if (value == 0)
                {
                    roots[i] = 0;
                    continue;
                }

                long high = value;
                long root = 1;
                if (high >= 1L << 32)
                {
                    high >>= 32;
                    root = 1 << 16;
                }

                if (high >= 1 << 16)
                {
                    high >>= 16;
                    root <<= 8;
                }

                if (high >= 1 << 8)
                {
                    high >>= 8;
                    root <<= 4;
                }

                if (high >= 1 << 4)
                {
                    high >>= 4;
                    root <<= 2;
                }

                root <<= high >= 1 << 2 ? 2 : 1;
                long next = (root + (value / root)) >> 1;
                while (next < root)
                {
                    root = next;
                    next = (root + (value / root)) >> 1;
                }

                if (value - (root * root) > root && root != (value >> 32 == 0 ? 0xFFFF : 0xFFFFFFFFL)) root++;
                roots[i] = (int)(root >> shift);
            }
        }
    }
}
