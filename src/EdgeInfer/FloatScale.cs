namespace EdgeInfer
{
    /// <summary>
    /// A single precision scale that stands in a record as an integer and a power of two, scale = mantissa / 2^shift:
    /// exact, and rebuilt without allocation.
    /// </summary>
    public static class FloatScale
    {
        /// <summary>Largest mantissa: the 24 bits of single precision.</summary>
        public const int MaximumMantissa = (1 << 24) - 1;

        /// <summary>Largest shift.</summary>
        public const int MaximumShift = 60;

        /// <summary>Demands a scale.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="mantissa">Field of the mantissa.</param>
        /// <param name="shift">Field of the shift.</param>
        internal static void Verify(Verifier verifier, int mantissa, int shift)
        {
            verifier.Range(mantissa, "scale mantissa", 1, MaximumMantissa);
            verifier.Range(shift, "scale shift", 0, MaximumShift);
        }

        /// <summary>Rebuilds the scale.</summary>
        /// <param name="mantissa">1 to <see cref="MaximumMantissa"/>.</param>
        /// <param name="shift">0 to <see cref="MaximumShift"/>.</param>
        /// <returns>mantissa / 2^shift.</returns>
        internal static float Read(int mantissa, int shift)
        {
            float scale = mantissa;
            if (shift > 30)
            {
                scale /= 1 << 30;
                shift -= 30;
            }

            return scale / (1 << shift);
        }
    }
}
