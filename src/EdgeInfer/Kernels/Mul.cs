namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Product of two int8 tensors: output = clamp(requantize((input1 - zero point 1) * (input2 - zero point 2)) + output zero point).
    /// </summary>
    /// <remarks>The requantization is that of <see cref="Channel"/>, its constants outside the loop.</remarks>
    public sealed class Mul : BroadcastKernel
    {
        /// <summary>Field: zero point of the first operand.</summary>
        public const int ZeroPoint1 = Broadcast.Fields;

        /// <summary>Field: zero point of the second operand.</summary>
        public const int ZeroPoint2 = Broadcast.Fields + 1;

        /// <summary>Field: multiplier of the product.</summary>
        public const int Multiplier = Broadcast.Fields + 2;

        /// <summary>Field: shift of the product.</summary>
        public const int Shift = Broadcast.Fields + 3;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Broadcast.Fields + 4;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Broadcast.Fields + 5;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Broadcast.Fields + 6;

        /// <summary>Length of the record.</summary>
        public const int Words = Broadcast.Fields + 7;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Mul"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            verifier.Range(ZeroPoint1, "first zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(ZeroPoint2, "second zero point", sbyte.MinValue, sbyte.MaxValue);
            Channel.VerifyScale(verifier, Multiplier, Shift);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            Broadcast.Verify(verifier, TensorType.Int8);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            long product;
            sbyte[] x = arena.Int8;
            int o = output;
            int i = first;
            int j = second;
            int[] words = model.Words;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int zeroPoint1 = words[record + ZeroPoint1];
            int zeroPoint2 = words[record + ZeroPoint2];
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            ulong range = (ulong)(max - min);

            // Below the zero point all is clamped where the limit is not lower, so that the rounding of negative products shows nowhere.
            long negativeStep = min < zeroPoint ? Channel.NegativeStep(shift) : 0;

            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    product = ((x[i] - zeroPoint1) * (x[j] - zeroPoint2) * multiplier) + rounding;
                    if (product < threshold) product -= negativeStep;
                    product = (product >> shift) + zeroPoint;
                    if ((ulong)(product - min) > range) product = product < min ? min : max;
                    x[o] = (sbyte)product;
                }
            }
        }
    }
}
