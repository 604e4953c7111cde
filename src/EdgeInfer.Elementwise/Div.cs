namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Quotient of two int8 tensors: clamp(requantize((input1 - zero point) / (input2 - zero point)) + output zero point). Where the divisor is zero,
    /// for which the reference has no result, it counts as the smallest one above.
    /// </summary>
    /// <remarks>
    /// DivElementwise of tflite-micro (kernels/internal/reference/div.h): with r the reciprocal of the divisor's magnitude, 31 fractional bits and a shift
    /// from the host's table, a the dividend with the divisor's sign and h the bits by which it can be shifted to the left,
    /// RoundingDivideByPOT(round(round(a * 2^h * r / 2^31) * multiplier / 2^31), shift + h).
    /// </remarks>
    public sealed class Div : BroadcastKernel
    {
        /// <summary>Field: zero point of the first operand.</summary>
        public const int ZeroPoint1 = Broadcast.Fields;

        /// <summary>Field: zero point of the second operand.</summary>
        public const int ZeroPoint2 = Broadcast.Fields + 1;

        /// <summary>Field: table in the words section, two words an entry: reciprocal and shift of the divisor -128 to 127.</summary>
        public const int Reciprocals = Broadcast.Fields + 2;

        /// <summary>Field: multiplier of the quotient.</summary>
        public const int Multiplier = Broadcast.Fields + 3;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Broadcast.Fields + 4;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Broadcast.Fields + 5;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Broadcast.Fields + 6;

        /// <summary>Length of the record.</summary>
        public const int Words = Broadcast.Fields + 7;

        /// <summary>Entries of the table.</summary>
        public const int TableLength = 256;

        /// <summary>Least bits by which a dividend can be shifted to the left, and least shift of a reciprocal, whose sum is not negative.</summary>
        public const int Headroom = 23;

        private const int MaximumShift = 62;

        private const long Half = 1L << 30;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Div"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            verifier.Range(ZeroPoint1, "first zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(ZeroPoint2, "second zero point", sbyte.MinValue, sbyte.MaxValue);
            int table = verifier.Table(Reciprocals, "reciprocals", 2 * TableLength);
            verifier.TableRange("reciprocal", table, 2, TableLength, 0, int.MaxValue);
            verifier.TableRange("shift", table + 1, 2, TableLength, -Headroom, MaximumShift);
            verifier.Range(Multiplier, "multiplier", 0, int.MaxValue);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            Broadcast.Verify(verifier, TensorType.Int8);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            sbyte[] x = arena.Int8;
            int dividend;
            int bits;
            long quotient;
            int i = first;
            int j = second;
            int o = output;
            int[] words = model.Words;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int zeroPoint1 = words[record + ZeroPoint1];
            int zeroPoint2 = words[record + ZeroPoint2];
            int zero = words[record + Reciprocals] + TableLength;
            long multiplier = words[record + Multiplier];
            int zeroPoint = words[record + OutputZeroPoint];
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    dividend = x[i] - zeroPoint1;
                    if (x[j] < zeroPoint2) dividend = -dividend;
                    int entry = zero + (2 * x[j]);

                    // 31 less the bits of the dividend beside its sign.
                    bits = dividend ^ (dividend >> 31);
                    int headroom = 31;
                    if (bits > 15)
                    {
                        bits >>= 4;
                        headroom -= 4;
                    }

                    if (bits > 3)
                    {
                        bits >>= 2;
                        headroom -= 2;
                    }

                    headroom -= bits > 1 ? 2 : bits;
                    quotient = ((((long)dividend * words[entry]) << headroom) + Half) >> 31;
                    quotient = ((quotient * multiplier) + Half) >> 31;
                    int shift = words[entry + 1] + headroom;

                    // Halves go away from zero; behind 31 bits nothing is left.
                    if (shift > 31) quotient = 0;
                    else if (shift > 0) quotient = (quotient + (1L << (shift - 1)) - (quotient < 0 ? 1 : 0)) >> shift;
                    quotient += zeroPoint;
                    if (quotient < min) quotient = min;
                    if (quotient > max) quotient = max;
                    x[o] = (sbyte)quotient;
                }
            }
        }
    }
}
