namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Products of matrices, int16 without zero points: output[b, r, c] = clamp((sum over i of first[b, r, i] * second[b, i, c]) * multiplier, rounded once).
    /// Either operand may be transposed or be the same for several batches.
    /// </summary>
    /// <remarks>
    /// Sums take 64 bits and are scaled by a multiplier of 15 bits. A unit is <see cref="UnitColumns"/> columns of one product.
    /// The reference is BatchMatMul of TensorFlow Lite (kernels/internal/reference/batch_matmul.h).
    /// </remarks>
    public sealed class BatchMatMulInt16 : MatrixProduct
    {
        /// <summary>Field: multiplier, 15 bits.</summary>
        public const int Multiplier = OwnFields;

        /// <summary>Field: shift.</summary>
        public const int Shift = OwnFields + 1;

        /// <summary>Length of the record.</summary>
        public const int Words = OwnFields + 2;

        /// <summary>Columns of a unit.</summary>
        public const int UnitColumns = 4;

        /// <summary>Most products of a sum: it keeps below 2^46.</summary>
        public const int MaximumDepth = ushort.MaxValue;

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
            verifier.Write(TensorType.Int16, outputs);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int i;
            int j;
            short[] x = arena.Int16;
            long sum;
            int[] words = model.Words;
            int columns = words[record + Columns];
            int groups = (columns + UnitColumns - 1) / UnitColumns;
            int batch = unit / groups;
            int column = unit % groups * UnitColumns;
            int lastColumn = column + UnitColumns < columns ? column + UnitColumns : columns;
            int rows = words[record + Rows];
            int rowStride = words[record + RowStride];
            int columnStride = words[record + ColumnStride];
            int step1 = words[record + DepthStride1];
            int step2 = words[record + DepthStride2];
            int depth = words[record + Depth];
            int firstRow = words[words[record + Input1] + BlobFormat.TensorOffset] + Start(words, record, BatchStrides1, batch);
            int second = words[words[record + Input2] + BlobFormat.TensorOffset] + Start(words, record, BatchStrides2, batch) + (column * columnStride);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (batch * rows * columns) + column;
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long half = 1L << (shift - 1);
            for (; column < lastColumn; column++, second += columnStride, output++)
            {
                int row = firstRow;
                for (int o = output, end = output + (rows * columns); o < end; o += columns, row += rowStride)
                {
                    sum = 0;
                    i = row;
                    j = second;
                    int left = depth;
                    for (; left >= 4; left -= 4)
                    {
                        sum += x[i] * x[j];
                        sum += x[i += step1] * x[j += step2];
                        sum += x[i += step1] * x[j += step2];
                        sum += x[i += step1] * x[j += step2];
                        i += step1;
                        j += step2;
                    }

                    for (; left > 0; left--, i += step1, j += step2) sum += x[i] * x[j];
                    sum = ((sum * multiplier) + half) >> shift;
                    if (sum < short.MinValue) sum = short.MinValue;
                    if (sum > short.MaxValue) sum = short.MaxValue;
                    x[o] = (short)sum;
                }
            }
        }
    }
}
