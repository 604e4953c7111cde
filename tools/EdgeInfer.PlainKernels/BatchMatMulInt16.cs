using Layout = EdgeInfer.Kernels.BatchMatMulInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Products of two computed matrices of 16 bits.</summary>
    public sealed class BatchMatMulInt16 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int input1 = words[words[record + Layout.Input1] + BlobFormat.TensorOffset];
            int input2 = words[words[record + Layout.Input2] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int lengths = record + Layout.BatchLengths;
            for (int a = 0; a < words[lengths]; a++)
            {
                for (int b = 0; b < words[lengths + 1]; b++)
                {
                    for (int c = 0; c < words[lengths + 2]; c++)
                    {
                        int first = input1 + Start(words, record + Layout.BatchStrides1, a, b, c);
                        int second = input2 + Start(words, record + Layout.BatchStrides2, a, b, c);
                        Multiply(words, arena.Int16, record, first, second, output);
                        output += words[record + Layout.Rows] * words[record + Layout.Columns];
                    }
                }
            }
        }

        private static void Multiply(int[] words, short[] x, int record, int first, int second, int output)
        {
            int rows = words[record + Layout.Rows];
            int columns = words[record + Layout.Columns];
            int depth = words[record + Layout.Depth];
            int rowStride = words[record + Layout.RowStride];
            int step1 = words[record + Layout.DepthStride1];
            int columnStride = words[record + Layout.ColumnStride];
            int step2 = words[record + Layout.DepthStride2];
            int multiplier = words[record + Layout.Multiplier];
            int shift = words[record + Layout.Shift];
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    long sum = 0;
                    int i = first + (row * rowStride);
                    int j = second + (column * columnStride);
                    for (int k = 0; k < depth; k++, i += step1, j += step2) sum += x[i] * x[j];
                    long value = ((sum * multiplier) + (1L << (shift - 1))) >> shift;
                    if (value < short.MinValue) value = short.MinValue;
                    if (value > short.MaxValue) value = short.MaxValue;
                    x[output] = (short)value;
                    output++;
                }
            }
        }

        private static int Start(int[] words, int strides, int a, int b, int c)
        {
            return (a * words[strides]) + (b * words[strides + 1]) + (c * words[strides + 2]);
        }
    }
}
