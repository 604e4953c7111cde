namespace EdgeInfer
{
    /// <summary>
    /// Bias and scale of the output channels, which convolutions and matrix products carry alike, and the constants of
    /// requantization. docs/numerics.md derives them.
    /// </summary>
    /// <remarks>
    /// An accumulator a becomes, with multiplier m and shift s, exactly what gemmlowp's
    /// RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(a, m), s - 31) gives:
    /// for s at most 31, (a * m + 2^(s-1)) >> s; for s above 31, with t = a * m + 2^30,
    /// (t + 2^(s-1) - (t negative ? 2^31 : 0)) >> s.
    /// </remarks>
    public static class Channel
    {
        /// <summary>First of the record's three fields: position of the biases, one word an output channel, with everything folded in that does not depend on the activations.</summary>
        public const int Biases = 0;

        /// <summary>Second field: position of the scales, two words each.</summary>
        public const int Scales = 1;

        /// <summary>Third field: words from one channel's scale to the next: <see cref="ScaleWords"/>, or 0 where all channels share one.</summary>
        public const int ScaleStep = 2;

        /// <summary>Length of a scale in words.</summary>
        public const int ScaleWords = 2;

        /// <summary>Scale: multiplier, 0 to 2^31 - 1.</summary>
        public const int Multiplier = 0;

        /// <summary>Scale: shift to the right after the multiplication, 1 to 62; 31 less the exponent of TFLite.</summary>
        public const int Shift = 1;

        /// <summary>Half of <see cref="Unit"/>: what the first of the two roundings adds.</summary>
        public const long HalfUnit = 1L << 30;

        /// <summary>What the second rounding takes off negative numbers, so that it rounds half away from zero.</summary>
        public const long Unit = 1L << 31;

        /// <summary>Smallest multiplier that the converter makes of a ratio, but for 0.</summary>
        public const int MinimumMultiplier = 1 << 30;

        /// <summary>Smallest shift.</summary>
        public const int MinimumShift = 1;

        /// <summary>Largest shift.</summary>
        public const int MaximumShift = 62;

        /// <summary>
        /// What is added to a * m before it is shifted: with it, <see cref="Threshold"/> and <see cref="NegativeStep"/>, a kernel
        /// requantizes by an addition, a comparison and a shift.
        /// </summary>
        /// <param name="shift">The shift.</param>
        /// <returns>r, so that the result is (t - (t below the threshold ? step : 0)) >> shift with t = a * m + r.</returns>
        public static long Rounding(int shift)
        {
            return (1L << (shift - 1)) + (shift > 31 ? HalfUnit : 0);
        }

        /// <summary>Below this, a * m plus <see cref="Rounding"/> stands for a product that the first rounding leaves negative.</summary>
        /// <param name="shift">The shift.</param>
        /// <returns>2^(shift - 1) where there are two roundings; else nothing hangs on it.</returns>
        public static long Threshold(int shift)
        {
            return 1L << (shift - 1);
        }

        /// <summary>What is taken off below the <see cref="Threshold"/>.</summary>
        /// <param name="shift">The shift.</param>
        /// <returns><see cref="Unit"/> where there are two roundings, else 0.</returns>
        public static long NegativeStep(int shift)
        {
            return shift > 31 ? Unit : 0;
        }

        /// <summary>Demands the tables of biases and scales.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="field">First of the three fields.</param>
        /// <param name="channels">Number of output channels.</param>
        public static void Verify(Verifier verifier, int field, int channels)
        {
            VerifyShifts(verifier, field, channels, MaximumShift);
        }

        /// <summary>Demands the tables of biases and scales, for a kernel that cannot take all shifts.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="field">First of the three fields.</param>
        /// <param name="channels">Number of output channels.</param>
        /// <param name="maximumShift">Largest shift that the kernel can take.</param>
        public static void VerifyShifts(Verifier verifier, int field, int channels, int maximumShift)
        {
            verifier.Table(field + Biases, "biases", channels);
            int step = verifier.Range(field + ScaleStep, "scale step", 0, ScaleWords);
            if (step == 1) verifier.Fail("scale step", field + ScaleStep, "scales take two words each");
            int scales = step == 0 ? 1 : channels;
            int table = verifier.Table(field + Scales, "scales", verifier.Product(scales, ScaleWords));
            verifier.TableRange("multiplier", table + Multiplier, ScaleWords, scales, 0, int.MaxValue);
            verifier.TableRange("shift", table + Shift, ScaleWords, scales, MinimumShift, maximumShift);
        }

        /// <summary>Demands scales as the converter makes them of ratios in a range, tables having been proven by <see cref="Verify"/>.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="field">First of the three fields.</param>
        /// <param name="channels">Number of output channels.</param>
        /// <param name="minimumShift">Smallest shift.</param>
        /// <param name="maximumShift">Largest shift.</param>
        public static void VerifyRange(Verifier verifier, int field, int channels, int minimumShift, int maximumShift)
        {
            int scales = verifier.Word(field + ScaleStep) == 0 ? 1 : channels;
            int table = verifier.Word(field + Scales);
            verifier.TableRange("multiplier", table + Multiplier, ScaleWords, scales, MinimumMultiplier, int.MaxValue);
            verifier.TableRange("shift", table + Shift, ScaleWords, scales, minimumShift, maximumShift);
        }

        /// <summary>Demands a multiplier and a shift that stand in the record itself.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="multiplier">Field of the multiplier.</param>
        /// <param name="shift">Field of the shift.</param>
        public static void VerifyScale(Verifier verifier, int multiplier, int shift)
        {
            verifier.Range(multiplier, "multiplier", 0, int.MaxValue);
            verifier.Range(shift, "shift", MinimumShift, MaximumShift);
        }

        /// <summary>Demands an output zero point and limits that an 8-bit tensor can hold.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="zeroPoint">Field of the zero point.</param>
        /// <param name="min">Field of the smallest output.</param>
        /// <param name="max">Field of the largest output.</param>
        public static void VerifyClamp(Verifier verifier, int zeroPoint, int min, int max)
        {
            verifier.Range(zeroPoint, "output zero point", sbyte.MinValue, sbyte.MaxValue);
            int low = verifier.Range(min, "activation min", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(max, "activation max", low, sbyte.MaxValue);
        }
    }
}
