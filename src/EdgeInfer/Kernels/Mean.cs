namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Mean of int8 elements over a set of dimensions: output = clamp(requantize(sum - count * zero point) + output zero point),
    /// the count being part of the multiplier.
    /// </summary>
    /// <remarks>
    /// Dimensions that stay and dimensions that are summed over, up to three of each, the slowest first; the output is dense.
    /// A unit is the last of the dimensions that stay.
    /// </remarks>
    public class Mean : Kernel
    {
        /// <summary>Number of dimensions of each kind.</summary>
        public const int Dimensions = 3;

        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: lengths of the dimensions that stay.</summary>
        public const int KeptLengths = Record.Fields + 1;

        /// <summary>Field: input strides of the dimensions that stay.</summary>
        public const int KeptStrides = KeptLengths + Dimensions;

        /// <summary>Field: lengths of the dimensions that are summed over.</summary>
        public const int SummedLengths = KeptStrides + Dimensions;

        /// <summary>Field: input strides of the dimensions that are summed over.</summary>
        public const int SummedStrides = SummedLengths + Dimensions;

        /// <summary>Field: what is taken off the sum, the input zero point as often as there are elements in it.</summary>
        public const int Offset = SummedStrides + Dimensions;

        /// <summary>Field: multiplier, the division by the number of elements included.</summary>
        public const int Multiplier = Offset + 1;

        /// <summary>Field: shift.</summary>
        public const int Shift = Offset + 2;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Offset + 3;

        /// <summary>Length of the record.</summary>
        public const int Words = Offset + 4;

        private const int Limit = 1 << 24;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Mean"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            Verify(verifier, TensorType.Int8);
        }

        /// <summary>Demands a record whose input and output are of one type, of 8 or 16 bits.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="type">Element type.</param>
        /// <exception cref="BlobException">A field is wrong.</exception>
        protected static void Verify(Verifier verifier, TensorType type)
        {
            verifier.Length(Words);
            int kept = 1;
            int units = 1;
            int summed = 1;
            long last = 0;
            for (int d = 0; d < Dimensions; d++)
            {
                units = kept;
                kept = verifier.Product(kept, verifier.Range(KeptLengths + d, "length", 1, Limit));
                summed = verifier.Product(summed, verifier.Range(SummedLengths + d, "length", 1, Limit));
                last += (long)(verifier.Word(KeptLengths + d) - 1) * verifier.Range(KeptStrides + d, "stride", 0, Limit);
                last += (long)(verifier.Word(SummedLengths + d) - 1) * verifier.Range(SummedStrides + d, "stride", 1, Limit);
            }

            verifier.Units(units, (long)kept * summed);
            if (verifier.Product(kept, summed) != last + 1) verifier.Fail("stride", KeptStrides, "the walk does not meet every element of the input once");
            Channel.VerifyScale(verifier, Multiplier, Shift);
            verifier.Range(OutputZeroPoint, "output zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Read(Input, "input", type, (int)last + 1);
            verifier.Write(type, kept);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int kept1 = words[record + KeptLengths + 1];
            int kept = words[record + KeptLengths + 2];
            int keptStride = words[record + KeptStrides + 2];
            int start = words[words[record + Input] + BlobFormat.TensorOffset]
                + (unit / kept1 * words[record + KeptStrides]) + (unit % kept1 * words[record + KeptStrides + 1]);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * kept);
            int step0 = words[record + SummedStrides];
            int step1 = words[record + SummedStrides + 1];
            int step2 = words[record + SummedStrides + 2];
            int length0 = words[record + SummedLengths] * step0;
            int length1 = words[record + SummedLengths + 1] * step1;
            int length2 = words[record + SummedLengths + 2] * step2;
            int twice = 2 * step2;
            int thrice = 3 * step2;
            int fourfold = 4 * step2;
            int offset = words[record + Offset];
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int zeroPoint = words[record + OutputZeroPoint];

            for (int outputEnd = o + kept; o < outputEnd; o++, start += keptStride)
            {
                int sum = -offset;
                for (int i0 = start, end0 = start + length0; i0 < end0; i0 += step0)
                {
                    for (int i1 = i0, end1 = i0 + length1; i1 < end1; i1 += step1)
                    {
                        int i = i1;
                        int end = i1 + length2;
                        for (int fours = end - thrice; i < fours; i += fourfold) sum += x[i] + x[i + step2] + x[i + twice] + x[i + thrice];
                        for (; i < end; i += step2) sum += x[i];
                    }
                }

                long scaled = (sum * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                int y = (int)(scaled >> shift) + zeroPoint;
                if (y < sbyte.MinValue) y = sbyte.MinValue;
                if (y > sbyte.MaxValue) y = sbyte.MaxValue;
                x[o] = (sbyte)y;
            }
        }
    }
}
