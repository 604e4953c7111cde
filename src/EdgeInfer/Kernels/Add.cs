namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Sum or difference of two int8 tensors: both operands are brought to a common scale, twice the larger of theirs divided by
    /// 2^<see cref="LeftShift"/>, added, and brought to the scale of the output; every step is rounded as gemmlowp does it.
    /// </summary>
    /// <remarks>
    /// With r the requantization of <see cref="Channel"/>:
    /// clamp(r((input1 - zero point) * 2^20, scale 1) +- r((input2 - zero point) * 2^20, scale 2), output scale) + output zero point).
    /// A difference is a sum with the second multiplier negated and one less added before its first rounding:
    /// that rounding takes halves upwards, so -floor(t + 1/2) = floor(-t + 1/2 - the smallest step). The second one is symmetric.
    /// Zero points and the constants of both roundings are folded into one number an operand.
    /// </remarks>
    public sealed class Add : Kernel
    {
        /// <summary>Bits that the operands gain before they are scaled.</summary>
        public const int LeftShift = 20;

        /// <summary>Field: 1 for a sum, -1 for a difference.</summary>
        public const int Sign = Broadcast.Fields;

        /// <summary>Field: zero point of the first operand.</summary>
        public const int ZeroPoint1 = Broadcast.Fields + 1;

        /// <summary>Field: multiplier of the first operand.</summary>
        public const int Multiplier1 = Broadcast.Fields + 2;

        /// <summary>Field: shift of the first operand; no scale here exceeds one, so it is 31 or more.</summary>
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
            VerifyScale(verifier, OutputMultiplier, OutputShift);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            Broadcast.Verify(verifier);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int rows = words[record + Broadcast.Lengths + 3];
            int run = words[record + Broadcast.Lengths + 4];
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int back1 = words[record + Broadcast.Strides1 + 3] - (run * step1);
            int back2 = words[record + Broadcast.Strides2 + 3] - (run * step2);
            int i = words[words[record + Broadcast.Input1] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides1, unit);
            int j = words[words[record + Broadcast.Input2] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides2, unit);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * rows * run);

            int shift1 = words[record + Shift1];
            long scale1 = (long)words[record + Multiplier1] << LeftShift;
            long second1 = shift1 > WholeShift ? 1L << (shift1 - 1) : 0;
            long unit1 = shift1 > WholeShift ? Channel.Unit : 0;
            long bias1 = Channel.HalfUnit + second1 - (words[record + ZeroPoint1] * scale1);

            int sign = words[record + Sign];
            int shift2 = words[record + Shift2];
            long scale2 = sign * ((long)words[record + Multiplier2] << LeftShift);
            long second2 = shift2 > WholeShift ? 1L << (shift2 - 1) : 0;
            long unit2 = shift2 > WholeShift ? Channel.Unit : 0;
            long bias2 = Channel.HalfUnit + second2 - (words[record + ZeroPoint2] * scale2);
            if (sign < 0) bias2--;

            int shift = words[record + OutputShift];
            long multiplier = words[record + OutputMultiplier];
            long second = shift > WholeShift ? 1L << (shift - 1) : 0;
            long unit0 = shift > WholeShift ? Channel.Unit : 0;
            long bias = Channel.HalfUnit + second;
            int zeroPoint = words[record + OutputZeroPoint];
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];

            for (int end = o + (rows * run); o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    long a = (x[i] * scale1) + bias1;
                    if (a < second1) a -= unit1;
                    long b = (x[j] * scale2) + bias2;
                    if (b < second2) b -= unit2;
                    long sum = (((a >> shift1) + (b >> shift2)) * multiplier) + bias;
                    if (sum < second) sum -= unit0;
                    int y = (int)(sum >> shift) + zeroPoint;
                    if (y < min) y = min;
                    if (y > max) y = max;
                    x[o] = (sbyte)y;
                }
            }
        }

        private static void VerifyScale(Verifier verifier, int multiplier, int shift)
        {
            verifier.Range(multiplier, "multiplier", 0, int.MaxValue);
            verifier.Range(shift, "shift", WholeShift, Channel.MaximumShift);
        }
    }
}
