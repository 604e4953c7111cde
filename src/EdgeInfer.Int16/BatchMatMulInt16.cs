namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Products of matrices, int16 without zero points: output[b, r, c] = clamp((sum over i of first[b, r, i] * second[b, i, c]) * multiplier, rounded once).
    /// Either operand may be transposed or be the same for several batches.
    /// </summary>
    /// <remarks>
    /// Sums take 64 bits and are scaled by a multiplier of 15 bits. A unit is <see cref="UnitColumns"/> columns of one product, of each of which sixteen
    /// elements at a time stay in locals, while all rows are multiplied with them.
    /// The reference is BatchMatMul of TensorFlow Lite (kernels/internal/reference/batch_matmul.h).
    /// </remarks>
    public sealed class BatchMatMulInt16 : MatrixProduct
    {
        /// <summary>Field: multiplier, 15 bits.</summary>
        public const int Multiplier = OwnFields;

        /// <summary>Field: shift.</summary>
        public const int Shift = OwnFields + 1;

        /// <summary>Field: 64-bit scratch for the sums of a column.</summary>
        public const int Sums = OwnFields + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = OwnFields + 3;

        /// <summary>Columns of a unit.</summary>
        public const int UnitColumns = 4;

        /// <summary>Most products of a sum: it keeps below 2^46.</summary>
        public const int MaximumDepth = ushort.MaxValue;

        /// <summary>Elements of a column that stay in locals.</summary>
        private const int Block = 16;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "BatchMatMulInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            verifier.Range(Multiplier, "multiplier", 0, short.MaxValue);
            verifier.Range(Shift, "shift", Channel.MinimumShift, Channel.MaximumShift);
            int outputs = VerifyOperands(verifier, TensorType.Int16, MaximumDepth, UnitColumns);
            verifier.Scratch(Sums, "sums", TensorType.Int64, verifier.Word(Rows));
            verifier.Write(TensorType.Int16, outputs);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int columns = words[record + Columns];
            int groups = (columns + UnitColumns - 1) / UnitColumns;
            int batch = unit / groups;
            int column = unit % groups * UnitColumns;
            int lastColumn = column + UnitColumns < columns ? column + UnitColumns : columns;
            int rows = words[record + Rows];
            int columnStride = words[record + ColumnStride];
            int first = words[words[record + Input1] + BlobFormat.TensorOffset] + Start(words, record, BatchStrides1, batch);
            int second = words[words[record + Input2] + BlobFormat.TensorOffset] + Start(words, record, BatchStrides2, batch) + (column * columnStride);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (batch * rows * columns) + column;
            for (; column < lastColumn; column++, second += columnStride, output++)
            {
                Multiply(words, record, arena, first, second);
                Scale(words, record, arena, output);
            }
        }

        /// <summary>The sums of a column.</summary>
        private static void Multiply(int[] words, int record, Arena arena, int firstRow, int second)
        {
            // The first four locals are the cheapest to read.
            short[] x = arena.Int16;
            int i = firstRow;
            int s;
            long[] sums = arena.Int64;
            int j = second;
            int first = firstRow;
            int start = words[words[record + Sums] + BlobFormat.TensorOffset];
            int end = start + words[record + Rows];
            int row = words[record + RowStride];
            int step = words[record + DepthStride1];
            int step2 = words[record + DepthStride2];
            int left = words[record + Depth];
            for (s = start; s < end; s++) sums[s] = 0;
            if (left >= Block)
            {
                int i1 = step;
                int i2 = 2 * step;
                int i3 = 3 * step;
                int i4 = 4 * step;
                int i5 = 5 * step;
                int i6 = 6 * step;
                int i7 = 7 * step;
                int i8 = 8 * step;
                int i9 = 9 * step;
                int i10 = 10 * step;
                int i11 = 11 * step;
                int i12 = 12 * step;
                int i13 = 13 * step;
                int i14 = 14 * step;
                int i15 = 15 * step;
                for (; left >= Block; left -= Block, first += Block * step)
                {
                    long c0 = x[j];
                    long c1 = x[j += step2];
                    long c2 = x[j += step2];
                    long c3 = x[j += step2];
                    long c4 = x[j += step2];
                    long c5 = x[j += step2];
                    long c6 = x[j += step2];
                    long c7 = x[j += step2];
                    long c8 = x[j += step2];
                    long c9 = x[j += step2];
                    long c10 = x[j += step2];
                    long c11 = x[j += step2];
                    long c12 = x[j += step2];
                    long c13 = x[j += step2];
                    long c14 = x[j += step2];
                    long c15 = x[j += step2];
                    j += step2;
                    for (s = start, i = first; s < end; s++, i += row)
                    {
                        sums[s] += (x[i] * c0) + (x[i + i1] * c1) + (x[i + i2] * c2) + (x[i + i3] * c3)
                            + (x[i + i4] * c4) + (x[i + i5] * c5) + (x[i + i6] * c6) + (x[i + i7] * c7)
                            + (x[i + i8] * c8) + (x[i + i9] * c9) + (x[i + i10] * c10) + (x[i + i11] * c11)
                            + (x[i + i12] * c12) + (x[i + i13] * c13) + (x[i + i14] * c14) + (x[i + i15] * c15);
                    }
                }
            }

            for (; left > 0; left--, first += step, j += step2)
            {
                long c = x[j];
                for (s = start, i = first; s < end; s++, i += row) sums[s] += x[i] * c;
            }
        }

        private static void Scale(int[] words, int record, Arena arena, int output)
        {
            long sum;
            long[] sums = arena.Int64;
            int s = words[words[record + Sums] + BlobFormat.TensorOffset];
            int o = output;
            short[] y = arena.Int16;
            int end = s + words[record + Rows];
            int columns = words[record + Columns];
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long half = 1L << (shift - 1);
            for (; s < end; s++, o += columns)
            {
                sum = ((sums[s] * multiplier) + half) >> shift;
                if ((ulong)(sum - short.MinValue) > ushort.MaxValue) sum = sum < 0 ? short.MinValue : short.MaxValue;
                y[o] = (short)sum;
            }
        }
    }
}
