using Layout = EdgeInfer.Kernels.L2Normalization;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Every vector divided by its length.</summary>
    public sealed class L2Normalization : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int rows = words[record + Record.Units];
            int depth = words[record + Layout.Depth];
            int zeroPoint = words[record + Layout.ZeroPoint];
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int row = 0; row < rows; row++, input += depth, output += depth)
            {
                int sum = 0;
                for (int i = 0; i < depth; i++) sum += (x[input + i] - zeroPoint) * (x[input + i] - zeroPoint);

                int left = 0;
                int multiplier = int.MaxValue;
                if (sum > 1)
                {
                    left = -11;
                    for (; sum >= 1 << 29; left--) sum /= 4;
                    for (; sum < 1 << 27; left++) sum *= 4;
                    multiplier = InverseRoot(sum);
                }

                for (int i = 0; i < depth; i++)
                {
                    int value = Gemmlowp.Requantize(x[input + i] - zeroPoint, multiplier, 31 - 7 - left);
                    if (value < sbyte.MinValue) value = sbyte.MinValue;
                    if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                    x[output + i] = (sbyte)value;
                }
            }
        }

        /// <summary>1 / root of 2 * x by five steps of Newton and Raphson.</summary>
        private static int InverseRoot(int x)
        {
            int half = ((x >> 1) + 1) >> 1;
            int root = 1 << 28;
            for (int step = 0; step < 5; step++)
            {
                int cube = Gemmlowp.Requantize(Gemmlowp.Requantize(root, root, 31), root, 31) << 6;
                root = (Gemmlowp.Requantize(root, (1 << 28) + (1 << 27), 31) - Gemmlowp.Requantize(half, cube, 31)) << 3;
            }

            return Gemmlowp.Requantize(root, 1518500250, 31);
        }
    }
}
