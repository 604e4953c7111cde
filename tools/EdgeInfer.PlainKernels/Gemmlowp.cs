namespace EdgeInfer.PlainKernels
{
    /// <summary>Requantization as the reference has it, its two roundings one after the other.</summary>
    internal static class Gemmlowp
    {
        /// <summary>
        /// RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(value * 2^left, multiplier), right), the exponent being
        /// 31 - shift = left - right. Nothing saturates, because no multiplier is -2^31.
        /// </summary>
        /// <param name="value">An accumulator.</param>
        /// <param name="multiplier">Multiplier.</param>
        /// <param name="shift">Shift to the right, as the blob has it.</param>
        /// <returns>The value in the output's scale.</returns>
        public static int Requantize(int value, int multiplier, int shift)
        {
            int right = shift - 31;
            if (right < 0)
            {
                value <<= -right;
                right = 0;
            }

            int high = (int)((((long)value * multiplier) + (1L << 30)) >> 31);
            int mask = (1 << right) - 1;
            int threshold = mask >> 1;
            if (high < 0) threshold++;
            int result = high >> right;
            if ((high & mask) > threshold) result++;
            return result;
        }

        /// <summary>RoundingDivideByPOT: halves go away from zero.</summary>
        /// <param name="value">A number.</param>
        /// <param name="right">Bits that it loses, at least one.</param>
        /// <returns>The quotient.</returns>
        public static int RoundedShift(int value, int right)
        {
            int half = 1 << (right - 1);
            return value < 0 ? -((half - value) >> right) : (value + half) >> right;
        }
    }
}
