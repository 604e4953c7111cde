using Layout = EdgeInfer.Kernels.Mul;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Product of two tensors.</summary>
    public sealed class Mul : PlainPair
    {
        /// <inheritdoc/>
        protected override void Row(Model model, Arena arena, int record, int i, int j, int o, int count)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int zeroPoint1 = words[record + Layout.ZeroPoint1];
            int zeroPoint2 = words[record + Layout.ZeroPoint2];
            int multiplier = words[record + Layout.Multiplier];
            int shift = words[record + Layout.Shift];
            int zeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];
            for (int end = o + count; o < end; o++, i += step1, j += step2)
            {
                int value = Gemmlowp.Requantize((x[i] - zeroPoint1) * (x[j] - zeroPoint2), multiplier, shift) + zeroPoint;
                if (value < min) value = min;
                if (value > max) value = max;
                x[o] = (sbyte)value;
            }
        }
    }
}
