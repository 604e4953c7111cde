using Layout = EdgeInfer.Kernels.Pairwise;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Functions of two int8 numbers: one of them, their order, the square of their difference, PReLU.</summary>
    public sealed class Pairwise : PlainPair
    {
        /// <inheritdoc/>
        protected override void Row(Model model, Arena arena, int record, int i, int j, int o, int count)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            for (int end = o + count; o < end; o++, i += step1, j += step2) x[o] = (sbyte)Evaluate(model, record, x[i], x[j]);
        }

        private static int Evaluate(Model model, int record, int a, int b)
        {
            int[] words = model.Words;
            int function = words[record + Layout.Function];
            if (function == Layout.Larger) return a > b ? a : b;
            if (function == Layout.Smaller) return a < b ? a : b;

            int u = model.Halves[words[record + Layout.Table1] + a + 128];
            int v = model.Halves[words[record + Layout.Table2] + b + 128];
            if (function == Layout.Order) return words[record + (u < v ? Layout.Below : u == v ? Layout.Same : Layout.Above)];

            int value;
            if (function == Layout.SquaredDifference) value = Gemmlowp.Requantize((u - v) * (u - v), words[record + Layout.Multiplier], words[record + Layout.Shift]);
            else if (u >= 0) value = Gemmlowp.Requantize(u, words[record + Layout.Multiplier], words[record + Layout.Shift]);
            else value = Gemmlowp.Requantize(u * v, words[record + Layout.SlopeMultiplier], words[record + Layout.SlopeShift]);
            value += words[record + Layout.OutputZeroPoint];
            if (value < sbyte.MinValue) value = sbyte.MinValue;
            if (value > sbyte.MaxValue) value = sbyte.MaxValue;
            return value;
        }
    }
}
