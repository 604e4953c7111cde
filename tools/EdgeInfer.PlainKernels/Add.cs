using Layout = EdgeInfer.Kernels.Add;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Sum or difference of two tensors.</summary>
    public sealed class Add : PlainPair
    {
        /// <inheritdoc/>
        protected override void Row(Model model, Arena arena, int record, int i, int j, int o, int count)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int sign = words[record + Layout.Sign];
            int zeroPoint1 = words[record + Layout.ZeroPoint1];
            int multiplier1 = words[record + Layout.Multiplier1];
            int shift1 = words[record + Layout.Shift1];
            int zeroPoint2 = words[record + Layout.ZeroPoint2];
            int multiplier2 = words[record + Layout.Multiplier2];
            int shift2 = words[record + Layout.Shift2];
            int multiplier = words[record + Layout.OutputMultiplier];
            int shift = words[record + Layout.OutputShift];
            int zeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];
            for (int end = o + count; o < end; o++, i += step1, j += step2)
            {
                int first = Gemmlowp.Requantize((x[i] - zeroPoint1) << Layout.LeftShift, multiplier1, shift1);
                int second = Gemmlowp.Requantize((x[j] - zeroPoint2) << Layout.LeftShift, multiplier2, shift2);
                int value = Gemmlowp.Requantize(first + (sign * second), multiplier, shift) + zeroPoint;
                if (value < min) value = min;
                if (value > max) value = max;
                x[o] = (sbyte)value;
            }
        }
    }
}
