namespace EdgeInfer.Kernels
{
    /// <summary>The same of int16 elements, whose zero point is 0: output = clamp(requantize(sum)).</summary>
    /// <remarks>The fields are those of <see cref="Mean"/>. Sums of at most 65535 elements fit into 32 bits; more wrap, as the reference's do.</remarks>
    public sealed class MeanInt16 : Mean
    {
        /// <inheritdoc/>
        public override string Name
        {
            get { return "MeanInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            Verify(verifier, TensorType.Int16);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int i;
            short[] x = arena.Int16;
            int sum;
            int end;
            int[] words = model.Words;
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
                sum = -offset;
                for (int i0 = start, end0 = start + length0; i0 < end0; i0 += step0)
                {
                    for (int i1 = i0, end1 = i0 + length1; i1 < end1; i1 += step1)
                    {
                        i = i1;
                        end = i1 + length2;
                        for (int fours = end - thrice; i < fours; i += fourfold) sum += x[i] + x[i + step2] + x[i + twice] + x[i + thrice];
                        for (; i < end; i += step2) sum += x[i];
                    }
                }

                long scaled = (sum * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled = (scaled >> shift) + zeroPoint;
                if (scaled < short.MinValue) scaled = short.MinValue;
                if (scaled > short.MaxValue) scaled = short.MaxValue;
                x[o] = (short)scaled;
            }
        }
    }
}
