namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Sum or difference of two int8 tensors: both operands are brought to a common scale, twice the larger of theirs divided by
    /// 2^<see cref="LeftShift"/>, added, and brought to the scale of the output; every step is rounded as gemmlowp does it.
    /// </summary>
    /// <remarks>
    /// With r the requantization of <see cref="Channel"/>:
    /// clamp(r(r((input1 - zero point) * 2^20, scale 1) +- r((input2 - zero point) * 2^20, scale 2), output scale) + output zero point).
    /// The operand with the larger scale is halved, which is exact, so that its factor goes straight into the product with
    /// the output's multiplier; only the other one is rounded.
    /// A difference is a sum with a factor negated. Where that is the rounded operand's, one less is added before its first
    /// rounding: it takes halves upwards, so -floor(t + 1/2) = floor(-t + 1/2 - the smallest step). The second one is symmetric.
    /// Zero points and the constants of the roundings are folded into one number an operand.
    /// </remarks>
    public sealed class Add : BroadcastKernel
    {
        /// <summary>Bits that the operands gain before they are scaled.</summary>
        public const int LeftShift = 20;

        /// <summary>Field: 1 for a sum, -1 for a difference.</summary>
        public const int Sign = Broadcast.Fields;

        /// <summary>Field: zero point of the first operand.</summary>
        public const int ZeroPoint1 = Broadcast.Fields + 1;

        /// <summary>Field: multiplier of the first operand.</summary>
        public const int Multiplier1 = Broadcast.Fields + 2;

        /// <summary>Field: shift of the first operand; no scale here exceeds one, so it is 31 or more. That of an operand which is halved is 31, its multiplier 2^30.</summary>
        public const int Shift1 = Broadcast.Fields + 3;

        /// <summary>Field: zero point of the second operand.</summary>
        public const int ZeroPoint2 = Broadcast.Fields + 4;

        /// <summary>Field: multiplier of the second operand.</summary>
        public const int Multiplier2 = Broadcast.Fields + 5;

        /// <summary>Field: shift of the second operand, 31 or more.</summary>
        public const int Shift2 = Broadcast.Fields + 6;

        /// <summary>Field: multiplier of the sum.</summary>
        public const int OutputMultiplier = Broadcast.Fields + 7;

        /// <summary>Field: shift of the sum, 31 or more.</summary>
        public const int OutputShift = Broadcast.Fields + 8;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Broadcast.Fields + 9;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Broadcast.Fields + 10;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Broadcast.Fields + 11;

        /// <summary>Length of the record.</summary>
        public const int Words = Broadcast.Fields + 12;

        private const int WholeShift = 31;

        private const int Half = 1 << 30;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Add"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            if (verifier.Range(Sign, "sign", -1, 1) == 0) verifier.Fail("sign", Sign, "0 is neither 1 nor -1");
            verifier.Range(ZeroPoint1, "first zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(ZeroPoint2, "second zero point", sbyte.MinValue, sbyte.MaxValue);
            VerifyScale(verifier, Multiplier1, Shift1);
            VerifyScale(verifier, Multiplier2, Shift2);
            if (!IsHalf(verifier.Word(Multiplier1), verifier.Word(Shift1)) && !IsHalf(verifier.Word(Multiplier2), verifier.Word(Shift2)))
            {
                verifier.Fail("first multiplier", Multiplier1, "neither operand is halved");
            }

            VerifyScale(verifier, OutputMultiplier, OutputShift);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            Broadcast.Verify(verifier, TensorType.Int8);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            long sum;
            sbyte[] x = arena.Int8;
            int o = output;
            int i;
            int[] words = model.Words;
            int sign = words[record + Sign];
            bool firstIsHalved = IsHalf(words[record + Multiplier1], words[record + Shift1]);
            i = firstIsHalved ? first : second;
            int j = firstIsHalved ? second : first;
            int sign1 = firstIsHalved ? 1 : sign;
            int sign2 = firstIsHalved ? sign : 1;
            int run = words[record + RowLength];
            int step1 = words[record + (firstIsHalved ? Step1 : Step2)];
            int step2 = words[record + (firstIsHalved ? Step2 : Step1)];
            int back1 = words[record + (firstIsHalved ? RowStep1 : RowStep2)] - (run * step1);
            int back2 = words[record + (firstIsHalved ? RowStep2 : RowStep1)] - (run * step2);

            int shift2 = words[record + (firstIsHalved ? Shift2 : Shift1)];
            long scale2 = sign2 * ((long)words[record + (firstIsHalved ? Multiplier2 : Multiplier1)] << LeftShift);
            long threshold2 = shift2 > WholeShift ? 1L << (shift2 - 1) : 0;
            long negativeStep2 = Channel.NegativeStep(shift2);
            long bias2 = Channel.HalfUnit + threshold2 - (words[record + (firstIsHalved ? ZeroPoint2 : ZeroPoint1)] * scale2);
            if (sign2 < 0) bias2--;

            int shift = words[record + OutputShift];
            long multiplier = words[record + OutputMultiplier];
            long scale1 = sign1 * (multiplier << (LeftShift - 1));
            long threshold = shift > WholeShift ? 1L << (shift - 1) : 0;
            long bias = Channel.HalfUnit + threshold - (words[record + (firstIsHalved ? ZeroPoint1 : ZeroPoint2)] * scale1);
            long zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            ulong range = (ulong)(max - min);

            // Below the zero point all is clamped where the limit is not lower, so that the rounding of negative sums shows nowhere.
            long negativeStep = min < zeroPoint ? Channel.NegativeStep(shift) : 0;

            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    sum = (x[j] * scale2) + bias2;
                    if (sum < threshold2) sum -= negativeStep2;
                    sum = ((sum >> shift2) * multiplier) + (x[i] * scale1) + bias;
                    if (sum < threshold) sum -= negativeStep;
                    sum = (sum >> shift) + zeroPoint;
                    if ((ulong)(sum - min) > range) sum = sum < min ? min : max;
                    x[o] = (sbyte)sum;
                }
            }
        }

        private static bool IsHalf(int multiplier, int shift)
        {
            return multiplier == Half && shift == WholeShift;
        }

        private static void VerifyScale(Verifier verifier, int multiplier, int shift)
        {
            verifier.Range(multiplier, "multiplier", 0, int.MaxValue);
            verifier.Range(shift, "shift", WholeShift, Channel.MaximumShift);
        }
    }
}
