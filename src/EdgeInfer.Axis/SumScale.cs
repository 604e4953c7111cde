namespace EdgeInfer.Kernels
{
    /// <summary>
    /// How sums of int8 numbers of one scale are brought to another, as tflite-micro does it: raised by 19 bits, multiplied and rounded half upwards to
    /// 2^31, and rounded half away from zero by the rest of the shift. The 19 bits are taken off everything here.
    /// </summary>
    /// <remarks>With t = sum * multiplier + <see cref="Rounding"/> the result is (t - (t below the threshold ? step : 0)) >> shift, as in <see cref="Channel"/>.</remarks>
    internal static class SumScale
    {
        /// <summary>Smallest shift: what is left of 31 bits.</summary>
        public const int MinimumShift = 31 - 19;

        private const int MaximumShift = MinimumShift + 31;

        /// <summary>Demands a multiplier and a shift.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="multiplier">Field of the multiplier.</param>
        /// <param name="shift">Field of the shift.</param>
        public static void Verify(Verifier verifier, int multiplier, int shift)
        {
            verifier.Range(multiplier, "multiplier", 0, int.MaxValue);
            verifier.Range(shift, "shift", MinimumShift, MaximumShift);
        }

        /// <summary>What is added before the shift.</summary>
        public static long Rounding(int shift)
        {
            return Threshold(shift) + (1L << (MinimumShift - 1));
        }

        /// <summary>Below this the first rounding leaves a negative number.</summary>
        public static long Threshold(int shift)
        {
            return shift > MinimumShift ? 1L << (shift - 1) : 0;
        }

        /// <summary>What is taken off below the threshold.</summary>
        public static long NegativeStep(int shift)
        {
            return shift > MinimumShift ? 1L << MinimumShift : 0;
        }
    }
}
