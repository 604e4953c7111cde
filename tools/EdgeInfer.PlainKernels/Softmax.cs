using Layout = EdgeInfer.Kernels.Softmax;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Normalised exponential over the last dimension.</summary>
    public sealed class Softmax : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int entry = words[record + Record.Output];
            int depth = words[record + Layout.Depth];
            int rows = words[entry + BlobFormat.TensorCount] / depth;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[entry + BlobFormat.TensorOffset];
            for (int row = 0; row < rows; row++) Row(model, arena, record, input + (row * depth), output + (row * depth));
        }

        private static void Row(Model model, Arena arena, int record, int input, int output)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            short[] wide = BlobFormat.TypeOf(words, words[record + Record.Output]) == TensorType.Int16 ? arena.Int16 : null;
            int depth = words[record + Layout.Depth];
            int exponentials = words[record + Layout.Exponentials];
            int entries = words[record + Layout.Entries];
            int max = sbyte.MinValue;
            for (int i = 0; i < depth; i++)
            {
                if (x[input + i] > max) max = x[input + i];
            }

            int sum = 0;
            for (int i = 0; i < depth; i++)
            {
                int difference = max - x[input + i];
                if (difference < entries) sum += RoundedShift(words[exponentials + difference], Layout.SumShift);
            }

            int headroom = 0;
            while ((sum << headroom) >= 0) headroom++;
            int reciprocal = OneOverOnePlus((sum << headroom) & int.MaxValue);
            int right = Layout.SumShift - headroom + (wide == null ? 31 - 8 : 31 - 16);
            int min = wide == null ? sbyte.MinValue : short.MinValue;
            for (int i = 0; i < depth; i++)
            {
                int difference = max - x[input + i];
                int value = min;
                if (difference < entries && right <= 31) value += Gemmlowp.Requantize(reciprocal, words[exponentials + difference], 31 + right);
                if (value > -min - 1) value = -min - 1;
                if (wide == null) x[output + i] = (sbyte)value;
                else wide[output + i] = (short)value;
            }
        }

        /// <summary>1 / (1 + x), both with 31 fractional bits, by three steps of Newton and Raphson with 29.</summary>
        internal static int OneOverOnePlus(int x)
        {
            int half = (int)(((long)x + int.MaxValue + 1) / 2);
            int y = 1515870810 + Gemmlowp.Requantize(half, -1010580540, 31);
            for (int i = 0; i < 3; i++)
            {
                int error = (1 << 29) - Gemmlowp.Requantize(half, y, 31);
                y += Gemmlowp.Requantize(y, error, 31) << 2;
            }

            return y < 1 << 30 ? y << 1 : int.MaxValue;
        }

        private static int RoundedShift(int value, int bits)
        {
            return (value >> bits) + ((value >> (bits - 1)) & 1);
        }
    }
}
