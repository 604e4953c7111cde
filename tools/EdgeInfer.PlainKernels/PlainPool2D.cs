using Layout = EdgeInfer.Kernels.Pool2D;

namespace EdgeInfer.PlainKernels
{
    /// <summary>A window over an image, one output after the other.</summary>
    public abstract class PlainPool2D : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = PlainPort.Copy(model, arena, words[record + Layout.Input]);
            sbyte[] y = arena.Int8;
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
                            int first = ((((b * inputHeight) + top) * inputWidth) + left) * channels + c;
                            int value = Cells(x, first, bottom - top, right - left, channels, inputWidth * channels);
                            if (value < min) value = min;
                            if (value > max) value = max;
                            y[output] = (sbyte)value;
                            output++;
                        }
                    }
                }
            }
        }

        /// <summary>What becomes of the cells of a window.</summary>
        /// <param name="x">The input.</param>
        /// <param name="first">Its first cell.</param>
        /// <param name="rows">Rows of cells.</param>
        /// <param name="columns">Columns of cells.</param>
        /// <param name="columnStep">Elements from one column to the next.</param>
        /// <param name="rowStep">Elements from one row to the next.</param>
        /// <returns>The output before it is clamped.</returns>
        protected abstract int Cells(sbyte[] x, int first, int rows, int columns, int columnStep, int rowStep);
    }
}
