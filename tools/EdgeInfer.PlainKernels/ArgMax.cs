using Layout = EdgeInfer.Kernels.ArgMax;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Index of the largest or smallest element along a dimension.</summary>
    public sealed class ArgMax : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int[] y = arena.Int32;
            int rows = words[record + Record.Units] * words[record + Layout.Rows];
            int length = words[record + Layout.Length];
            int step = words[record + Layout.Step];
            bool smallest = words[record + Layout.Mask] != 0;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < step; column++)
                {
                    int best = 0;
                    for (int i = 1; i < length; i++)
                    {
                        int value = x[input + (((row * length) + i) * step) + column];
                        int highest = x[input + (((row * length) + best) * step) + column];
                        if (smallest ? value < highest : value > highest) best = i;
                    }

                    y[output + (row * step) + column] = best;
                }
            }
        }
    }
}
