namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Products of matrices, int8: output[b, r, c] = clamp(requantize(sum over i of (first[b, r, i] - zero point) * (second[b, i, c] - zero point))
    /// + output zero point). Either operand may be transposed or be the same for several batches.
    /// </summary>
    /// <remarks>
    /// Up to three dimensions of batches, the slowest first; the output is dense. A unit is three columns of one product: they are packed into
    /// lanes (see <see cref="Lanes"/>), without their zero point, and met by every row. With it a number has 9 bits, so that a lane holds
    /// <see cref="Capacity"/> products. The reference is BatchMatMul of TensorFlow Lite (kernels/internal/reference/batch_matmul.h).
    /// </remarks>
    public sealed class BatchMatMul : MatrixProduct
    {
        /// <summary>Field: zero point of the first operand.</summary>
        public const int ZeroPoint1 = OwnFields;

        /// <summary>Field: zero point of the second operand.</summary>
        public const int ZeroPoint2 = OwnFields + 1;

        /// <summary>Field: multiplier.</summary>
        public const int Multiplier = OwnFields + 2;

        /// <summary>Field: shift.</summary>
        public const int Shift = OwnFields + 3;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = OwnFields + 4;

        /// <summary>Field: scratch of 64 bits, one number a product of a sum.</summary>
        public const int Packed = OwnFields + 5;

        /// <summary>Length of the record.</summary>
        public const int Words = OwnFields + 6;

        /// <summary>Columns of a unit.</summary>
        public const int UnitColumns = 3;

        /// <summary>Products that a lane holds: 32 * 128 * 255 is below <see cref="Lanes.Offset"/>.</summary>
        public const int Capacity = 32;

        /// <summary>Most products of a sum: it keeps below 2^31.</summary>
        public const int MaximumDepth = int.MaxValue / (255 * 255);

        /// <inheritdoc/>
        public override string Name
        {
            get { return "BatchMatMul"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            verifier.Range(ZeroPoint1, "first zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Range(ZeroPoint2, "second zero point", sbyte.MinValue, sbyte.MaxValue);
            Channel.VerifyScale(verifier, Multiplier, Shift);
            verifier.Range(OutputZeroPoint, "output zero point", sbyte.MinValue, sbyte.MaxValue);
            int outputs = VerifyOperands(verifier, TensorType.Int8, MaximumDepth, UnitColumns);
            verifier.Scratch(Packed, "packed columns", TensorType.Int64, verifier.Word(Depth));
            verifier.Write(TensorType.Int8, outputs);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int i;
            int k;
            sbyte[] x = arena.Int8;
            long[] packed = arena.Int64;
            long lanes;
            int[] words = model.Words;
            int depth = words[record + Depth];
            int columns = words[record + Columns];
            int groups = (columns + UnitColumns - 1) / UnitColumns;
            int batch = unit / groups;
            int column = unit % groups * UnitColumns;
            int used = columns - column;
            if (used > UnitColumns) used = UnitColumns;
            int first = words[words[record + Packed] + BlobFormat.TensorOffset];
            int end = first + depth;
            int second = words[words[record + Input2] + BlobFormat.TensorOffset]
                + Start(words, record, BatchStrides2, batch) + (column * words[record + ColumnStride]);
            Pack(words, record, x, packed, second, used, first, end);

            int row = words[words[record + Input1] + BlobFormat.TensorOffset] + Start(words, record, BatchStrides1, batch);
            int rows = words[record + Rows];
            int rowStride = words[record + RowStride];
            int step = words[record + DepthStride1];
            int twice = 2 * step;
            int thrice = 3 * step;
            int fourfold = 4 * step;
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (batch * rows * columns) + column;
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int outputZeroPoint = words[record + OutputZeroPoint];

            // The first operand's zero point times the sums of the columns.
            int zeroPoint = words[record + ZeroPoint1];
            int bias0 = 0;
            int bias1 = 0;
            int bias2 = 0;
            for (k = first; zeroPoint != 0 && k < end; k++)
            {
                lanes = packed[k] + Lanes.Offsets;
                bias0 -= (int)(lanes & Lanes.Mask) - Lanes.Offset;
                bias1 -= (int)((lanes >> Lanes.Width) & Lanes.Mask) - Lanes.Offset;
                bias2 -= (int)((lanes >> (2 * Lanes.Width)) & Lanes.Mask) - Lanes.Offset;
            }

            bias0 *= zeroPoint;
            bias1 *= zeroPoint;
            bias2 *= zeroPoint;
            for (; rows > 0; rows--, row += rowStride, o += columns)
            {
                int sum0 = bias0;
                int sum1 = bias1;
                int sum2 = bias2;
                i = row;
                for (k = first; k < end;)
                {
                    lanes = Lanes.Offsets;
                    int flush = k + Capacity;
                    if (flush > end) flush = end;
                    for (int fours = flush - 3; k < fours; k += 4, i += fourfold)
                    {
                        lanes += (x[i] * packed[k]) + (x[i + step] * packed[k + 1]) + (x[i + twice] * packed[k + 2]) + (x[i + thrice] * packed[k + 3]);
                    }

                    for (; k < flush; k++, i += step) lanes += x[i] * packed[k];
                    sum0 += (int)(lanes & Lanes.Mask) - Lanes.Offset;
                    sum1 += (int)((lanes >> Lanes.Width) & Lanes.Mask) - Lanes.Offset;
                    sum2 += (int)((lanes >> (2 * Lanes.Width)) & Lanes.Mask) - Lanes.Offset;
                }

                long scaled = (sum0 * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled = (scaled >> shift) + outputZeroPoint;
                if (scaled < sbyte.MinValue) scaled = sbyte.MinValue;
                if (scaled > sbyte.MaxValue) scaled = sbyte.MaxValue;
                x[o] = (sbyte)scaled;
                if (used == 1) continue;

                scaled = (sum1 * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled = (scaled >> shift) + outputZeroPoint;
                if (scaled < sbyte.MinValue) scaled = sbyte.MinValue;
                if (scaled > sbyte.MaxValue) scaled = sbyte.MaxValue;
                x[o + 1] = (sbyte)scaled;
                if (used == 2) continue;

                scaled = (sum2 * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled = (scaled >> shift) + outputZeroPoint;
                if (scaled < sbyte.MinValue) scaled = sbyte.MinValue;
                if (scaled > sbyte.MaxValue) scaled = sbyte.MaxValue;
                x[o + 2] = (sbyte)scaled;
            }
        }

        /// <summary>Packs up to three columns of the second operand, less its zero point; lanes without a column are zero.</summary>
        private static void Pack(int[] words, int record, sbyte[] x, long[] packed, int i, int used, int first, int end)
        {
            int step = words[record + DepthStride2];
            int zeroPoint = words[record + ZeroPoint2];
            int second = used > 1 ? words[record + ColumnStride] : 0;
            int third = 2 * second;
            if (used == UnitColumns)
            {
                for (; first < end; first++, i += step)
                {
                    packed[first] = x[i] - zeroPoint + ((long)(x[i + second] - zeroPoint) << Lanes.Width) + ((long)(x[i + third] - zeroPoint) << (2 * Lanes.Width));
                }
            }
            else if (used == 2)
            {
                for (; first < end; first++, i += step) packed[first] = x[i] - zeroPoint + ((long)(x[i + second] - zeroPoint) << Lanes.Width);
            }
            else
            {
                for (; first < end; first++, i += step) packed[first] = x[i] - zeroPoint;
            }
        }
    }
}
