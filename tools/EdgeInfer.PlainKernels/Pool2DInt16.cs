using Layout = EdgeInfer.Kernels.Pool2DInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Average or maximum over a window of 16-bit cells, one output after the other.</summary>
    public sealed class Pool2DInt16 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            bool average = words[record + Layout.Kind] == Layout.Average;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int batches = words[record + Layout.Batches];
            int inputHeight = words[record + Layout.InputHeight];
            int inputWidth = words[record + Layout.InputWidth];
            int channels = words[record + Layout.Channels];
            int outputHeight = words[record + Layout.OutputHeight];
            int outputWidth = words[record + Layout.OutputWidth];
            int filterHeight = words[record + Layout.FilterHeight];
            int filterWidth = words[record + Layout.FilterWidth];
            int strideHeight = words[record + Layout.StrideHeight];
            int strideWidth = words[record + Layout.StrideWidth];
            int padTop = words[record + Layout.PadTop];
            int padLeft = words[record + Layout.PadLeft];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];

            for (int b = 0; b < batches; b++)
            {
                for (int oy = 0; oy < outputHeight; oy++)
                {
                    int top = (oy * strideHeight) - padTop;
                    int bottom = top + filterHeight;
                    if (top < 0) top = 0;
                    if (bottom > inputHeight) bottom = inputHeight;
                    for (int ox = 0; ox < outputWidth; ox++)
                    {
                        int left = (ox * strideWidth) - padLeft;
                        int right = left + filterWidth;
                        if (left < 0) left = 0;
                        if (right > inputWidth) right = inputWidth;
                        for (int c = 0; c < channels; c++)
                        {
                            int first = input + ((((b * inputHeight) + top) * inputWidth) + left) * channels + c;
                            int value = Cells(x, average, first, bottom - top, right - left, channels, inputWidth * channels);
                            if (value < min) value = min;
                            if (value > max) value = max;
                            x[output] = (short)value;
                            output++;
                        }
                    }
                }
            }
        }

        private static int Cells(short[] x, bool average, int first, int rows, int columns, int columnStep, int rowStep)
        {
            int sum = 0;
            int max = short.MinValue;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    int value = x[first + (row * rowStep) + (column * columnStep)];
                    sum += value;
                    if (value > max) max = value;
                }
            }

            if (!average) return max;
            int cells = rows * columns;
            return sum > 0 ? (sum + (cells / 2)) / cells : (sum - (cells / 2)) / cells;
        }
    }
}
