using Layout = EdgeInfer.Kernels.ResizeBilinear;

namespace EdgeInfer.PlainKernels
{
    /// <summary>An image of another size, interpolated between its pixels.</summary>
    public sealed class ResizeBilinear : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int height = words[record + Layout.OutputHeight];
            int batches = words[record + Record.Units] / height;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int width = words[record + Layout.Width];
            int channels = words[record + Layout.Channels];
            for (int batch = 0; batch < batches; batch++)
            {
                for (int row = 0; row < height; row++)
                {
                    int top = words[words[record + Layout.Rows] + (2 * row)];
                    int down = words[words[record + Layout.Rows] + (2 * row) + 1];
                    int bottom = down == 0 ? top : top + 1;
                    for (int column = 0; column < words[record + Layout.OutputWidth]; column++)
                    {
                        int left = words[words[record + Layout.Columns] + (2 * column)];
                        int across = words[words[record + Layout.Columns] + (2 * column) + 1];
                        int right = across == 0 ? left : left + 1;
                        for (int channel = 0; channel < channels; channel++)
                        {
                            int first = input + (batch * words[record + Layout.Height] * width * channels) + channel;
                            int sum = x[first + (((top * width) + left) * channels)] * (Layout.One - down) * (Layout.One - across);
                            sum += x[first + (((top * width) + right) * channels)] * (Layout.One - down) * across;
                            sum += x[first + (((bottom * width) + left) * channels)] * down * (Layout.One - across);
                            sum += x[first + (((bottom * width) + right) * channels)] * down * across;
                            x[output] = (sbyte)Gemmlowp.RoundedShift(sum, 20);
                            output++;
                        }
                    }
                }
            }
        }
    }
}
