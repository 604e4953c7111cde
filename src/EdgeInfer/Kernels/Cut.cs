namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Requantization of sums in lanes, for depthwise convolutions. docs/numerics.md derives it.
    /// </summary>
    /// <remarks>
    /// Where the activation leaves nothing below the output zero point (ReLU, ReLU6), lanes count from the smallest sum that is not cut below, plus 2^19: whether an output is cut below is bit 19, and with
    /// 2^19 - 1 - the largest sum that is not cut above added, whether it is cut above is bit 20. Sums that are not cut are positive
    /// before rounding, so requantization has no second case, and with all factors multiplied by 2^56 / 2^shift the output is the
    /// upper byte of a number. Where it leaves something, lanes count from the smallest sum that is not negative before rounding, and bit 19
    /// tells which constant belongs to it; whether it is cut, above or below, are bits 20 of two sums.
    /// </remarks>
    internal static class Cut
    {
        /// <summary>Bits of all lanes that say, once the excess is added, that an output is cut above.</summary>
        public const long Over = (1L << 20) | (1L << (20 + Lanes.Width)) | (1L << (20 + (2 * Lanes.Width)));

        /// <summary>
        /// The lowest lane. Bit 20 of a lane is not set where it is not cut above; with that of the second lane this is one IL
        /// instruction, without it two.
        /// </summary>
        public const long LowLane = Lanes.Mask | (1L << (20 + Lanes.Width));

        /// <summary>Bit that says that the output of the lowest lane is not cut below; the other is as in <see cref="LowLane"/>.</summary>
        public const long Uncut0 = Base | (1L << (20 + Lanes.Width));

        /// <summary>Bit that says that the output of the second lane is not cut below.</summary>
        public const long Uncut1 = (long)Base << Lanes.Width;

        /// <summary>Bit that says that the output of the third lane is not cut below.</summary>
        public const long Uncut2 = (long)Base << (2 * Lanes.Width);

        /// <summary>What two weights in lanes exceed their values by, as the blob has them.</summary>
        public const int WeightOffsets = 128 | (128 << Lanes.Width);

        private const int Base = 1 << 19;

        /// <summary>Proves that <see cref="Prepare"/> or <see cref="PrepareSigned"/>, whichever the finish needs, is defined, for 3 by 3 taps.</summary>
        public static void Verify(Verifier verifier)
        {
            verifier.Range(DepthwiseConv2D.DepthMultiplier, "depth multiplier", 1, 1);
            verifier.Range(DepthwiseConv2D.FilterHeight, "filter height", 3, 3);
            verifier.Range(DepthwiseConv2D.FilterWidth, "filter width", 3, 3);
            verifier.Range(DepthwiseConv2D.DilationHeight, "dilation height", 1, 1);
            verifier.Range(DepthwiseConv2D.DilationWidth, "dilation width", 1, 1);
            if (verifier.Word(DepthwiseConv2D.Finish) == DepthwiseConv2D.CutBelow) VerifyActivation(verifier);
            VerifyScales(verifier);
        }

        /// <summary>Proves that the activation leaves nothing below the output zero point.</summary>
        public static void VerifyActivation(Verifier verifier)
        {
            verifier.Range(DepthwiseConv2D.ActivationMin, "activation min", verifier.Word(DepthwiseConv2D.OutputZeroPoint), sbyte.MaxValue);
        }

        /// <summary>Proves that the scales are those of two roundings, and that nothing divides by zero.</summary>
        public static void VerifyScales(Verifier verifier)
        {
            int filters = verifier.Product(verifier.Word(DepthwiseConv2D.InputChannels), verifier.Word(DepthwiseConv2D.DepthMultiplier));
            Channel.VerifyRange(verifier, DepthwiseConv2D.Channels, filters, DepthwiseConv2D.MinimumCutShift, DepthwiseConv2D.MaximumCutShift);
        }

        /// <summary>The constants of a channel.</summary>
        /// <param name="words">Holds the scale.</param>
        /// <param name="scale">Its position.</param>
        /// <param name="bias">The channel's bias.</param>
        /// <param name="lowest">The smallest output that is not cut, less the zero point: one or more.</param>
        /// <param name="beyond">The largest output and one, less the zero point.</param>
        /// <param name="multiplier">What a lane is multiplied by.</param>
        /// <param name="constant">What is added to the product, but for the zero point.</param>
        /// <param name="excess">What makes bit 20 of a lane say that it is cut above, in all lanes.</param>
        /// <returns>What a lane begins with.</returns>
        public static long Prepare(int[] words, int scale, long bias, long lowest, long beyond, out long multiplier, out long constant, out long excess)
        {
            long factor = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long rounding = Channel.HalfUnit + (1L << (shift - 1));

            // Sums from low on are not cut below, sums up to high are not cut above.
            long low = (((lowest << shift) - rounding - 1) / factor) + 1 - bias;
            long high = (((beyond << shift) - rounding - 1) / factor) - bias;
            if (low < -DepthwiseConv2D.SumLimit) low = -DepthwiseConv2D.SumLimit;
            if (low > DepthwiseConv2D.SumLimit) low = DepthwiseConv2D.SumLimit;
            long room = Base - 1 - (high - low);
            if (room < 0) room = 0;
            long fromLow = Base - low;
            shift = 56 - shift;
            multiplier = factor << shift;
            constant = (((bias - fromLow) * factor) + rounding) << shift;
            excess = room + (room << Lanes.Width) + (room << (2 * Lanes.Width));
            return fromLow;
        }

        /// <summary>Puts lanes above the largest sum that is not cut to that sum.</summary>
        /// <param name="acc">The lanes.</param>
        /// <param name="excess">Of <see cref="Prepare"/>.</param>
        /// <returns>The lanes, none of them cut above.</returns>
        public static long Saturate(long acc, long excess)
        {
            long over = acc + excess;
            long largest = (1L << 20) - 1 - (excess & Lanes.Mask);
            for (int lane = 0; lane < 3 * Lanes.Width; lane += Lanes.Width)
            {
                if ((over >> lane & (1L << 20)) != 0) acc = (acc & ~((long)Lanes.Mask << lane)) | (largest << lane);
            }

            return acc;
        }

        /// <summary>The constants of a channel whose outputs may be negative.</summary>
        /// <param name="words">Holds the scale.</param>
        /// <param name="scale">Its position.</param>
        /// <param name="bias">The channel's bias.</param>
        /// <param name="lowest">The smallest output, less the zero point.</param>
        /// <param name="beyond">The largest output and one, less the zero point.</param>
        /// <param name="multiplier">What a lane is multiplied by.</param>
        /// <param name="constant">What is added to the product where bit 19 is set, but for the zero point.</param>
        /// <param name="excess">What makes bit 20 of a lane say that it is cut above, in all lanes.</param>
        /// <param name="deficit">What makes bit 20 of a lane say that it is not cut below, in all lanes.</param>
        /// <returns>What a lane begins with.</returns>
        public static long PrepareSigned(int[] words, int scale, long bias, int lowest, int beyond, out long multiplier, out long constant, out long excess, out long deficit)
        {
            long factor = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];

            // Multiplied by 2^30 or more, -1 may still be zero or more after half a unit is added.
            long zero = factor == Channel.HalfUnit ? -1 : 0;
            long start = Base - zero + bias;
            excess = (1L << 20) - 1 - Inside(Base - zero + Below(beyond, factor, shift));
            deficit = (1L << 20) - Inside(Base - zero + Below(lowest, factor, shift) + 1);
            excess += (excess << Lanes.Width) + (excess << (2 * Lanes.Width));
            deficit += (deficit << Lanes.Width) + (deficit << (2 * Lanes.Width));
            multiplier = factor << (56 - shift);
            constant = (((zero - Base) * factor) + Channel.Rounding(shift)) << (56 - shift);
            return start;
        }

        /// <summary>Puts lanes that are cut to the largest or the smallest sum that is not.</summary>
        /// <param name="acc">The lanes.</param>
        /// <param name="excess">Of <see cref="PrepareSigned"/>.</param>
        /// <param name="deficit">Of <see cref="PrepareSigned"/>.</param>
        /// <returns>The lanes, none of them cut.</returns>
        public static long SaturateBoth(long acc, long excess, long deficit)
        {
            long notUnder = acc + deficit;
            long smallest = (1L << 20) - (deficit & Lanes.Mask);
            acc = Saturate(acc, excess);
            for (int lane = 0; lane < 3 * Lanes.Width; lane += Lanes.Width)
            {
                if ((notUnder >> lane & (1L << 20)) == 0) acc = (acc & ~((long)Lanes.Mask << lane)) | (smallest << lane);
            }

            return acc;
        }

        /// <summary>The largest sum, bias included, whose output, before it is cut, is below a limit.</summary>
        private static long Below(int limit, long factor, int shift)
        {
            long sum = ((long)limit << shift) - Channel.Rounding(shift) + (limit > 0 ? 0 : Channel.Unit) - 1;
            return sum >= 0 ? sum / factor : -((factor - 1 - sum) / factor);
        }

        private static long Inside(long lane)
        {
            return lane < 0 ? 0 : lane > (1L << 20) - 1 ? (1L << 20) - 1 : lane;
        }
    }
}
