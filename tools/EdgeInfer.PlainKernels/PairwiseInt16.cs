using Layout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Functions of two 16-bit tensors.</summary>
    public sealed class PairwiseInt16 : PlainPair
    {
        /// <inheritdoc/>
        protected override void Row(Model model, Arena arena, int record, int i, int j, int o, int count)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];
            bool order = words[record + Layout.Function] == Layout.Order;
            for (int end = o + count; o < end; o++, i += step1, j += step2)
            {
                if (order)
                {
                    int u = Scale(words, record + Layout.Multiplier1, x[i] << Layout.OrderShift);
                    int v = Scale(words, record + Layout.Multiplier2, x[j] << Layout.OrderShift);
                    arena.Int8[o] = (sbyte)(u < v ? min : u > v ? max : words[record + Layout.Sign]);
                    continue;
                }

                int value = Combine(words, record, x[i], x[j]);
                if (value < min) value = min;
                if (value > max) value = max;
                x[o] = (short)value;
            }
        }

        private static int Combine(int[] words, int record, int a, int b)
        {
            int function = words[record + Layout.Function];
            if (function == Layout.Larger) return a > b ? a : b;
            if (function == Layout.Smaller) return a < b ? a : b;
            if (function == Layout.Product) return Scale(words, record + Layout.Multiplier, a * b);
            if (function == Layout.Slope) return a >= 0 ? Scale(words, record + Layout.Multiplier, a) : words[record + Layout.Sign] * Scale(words, record + Layout.Multiplier2, a * b);

            int left = function == Layout.SquaredDifference ? 0 : Layout.LeftShift;
            int u = Scale(words, record + Layout.Multiplier1, a << left);
            int v = Scale(words, record + Layout.Multiplier2, b << left);
            int sum = function == Layout.Sum ? u + v : u - v;
            return Scale(words, record + Layout.Multiplier, function == Layout.SquaredDifference ? sum * sum : sum);
        }

        private static int Scale(int[] words, int scale, int value)
        {
            return Gemmlowp.Requantize(value, words[scale], words[scale + 1]);
        }
    }
}
