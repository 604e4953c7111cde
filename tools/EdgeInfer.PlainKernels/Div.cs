using Layout = EdgeInfer.Kernels.Div;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Quotient of two tensors.</summary>
    public sealed class Div : PlainPair
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
            int table = words[record + Layout.Reciprocals];
            int multiplier = words[record + Layout.Multiplier];
            int zeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];
            for (int end = o + count; o < end; o++, i += step1, j += step2)
            {
                int dividend = x[i] - zeroPoint1;
                if (x[j] < zeroPoint2) dividend = -dividend;
                int headroom = 31;
                for (int bits = dividend < 0 ? ~dividend : dividend; bits > 0; bits >>= 1) headroom--;
                int entry = table + (2 * (x[j] + 128));
                int quotient = Gemmlowp.Requantize(dividend << headroom, words[entry], 31);
                int shift = 31 + words[entry + 1] + headroom;
                int value = zeroPoint;
                if (shift <= 62) value += Gemmlowp.Requantize(quotient, multiplier, shift);
                if (value < min) value = min;
                if (value > max) value = max;
                x[o] = (sbyte)value;
            }
        }
    }
}
