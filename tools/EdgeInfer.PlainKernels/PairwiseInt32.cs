using Layout = EdgeInfer.Kernels.PairwiseInt32;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Functions of two tensors of 32-bit integers.</summary>
    public sealed class PairwiseInt32 : PlainPair
    {
        /// <inheritdoc/>
        protected override void Row(Model model, Arena arena, int record, int i, int j, int o, int count)
        {
            int[] words = model.Words;
            int[] x = arena.Int32;
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int min = words[record + Layout.Min];
            int max = words[record + Layout.Max];
            bool order = words[record + Layout.Function] == Layout.Order;
            for (int end = o + count; o < end; o++, i += step1, j += step2)
            {
                if (order)
                {
                    arena.Int8[o] = (sbyte)(x[i] < x[j] ? min : x[i] > x[j] ? max : words[record + Layout.Same]);
                    continue;
                }

                int value = Combine(words[record + Layout.Function], x[i], x[j]);
                if (value < min) value = min;
                if (value > max) value = max;
                x[o] = value;
            }
        }

        private static int Combine(int function, int a, int b)
        {
            if (function == Layout.Larger) return a > b ? a : b;
            if (function == Layout.Smaller) return a < b ? a : b;
            if (function == Layout.Sum) return a + b;
            if (function == Layout.Difference) return a - b;
            if (function == Layout.SquaredDifference) return (a - b) * (a - b);
            if (function == Layout.Product) return a * b;
            if (b == -1) return -a;
            return b == 0 ? a : a / b;
        }
    }
}
