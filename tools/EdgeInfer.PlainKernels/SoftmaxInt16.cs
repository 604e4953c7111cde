using Layout = EdgeInfer.Kernels.SoftmaxInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Normalised exponential of 16-bit numbers over the last dimension.</summary>
    public sealed class SoftmaxInt16 : PlainKernel
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
            short[] x = arena.Int16;
            int depth = words[record + Layout.Depth];
            int max = short.MinValue;
            for (int i = 0; i < depth; i++)
            {
                if (x[input + i] > max) max = x[input + i];
            }

            int sum = 0;
            for (int i = 0; i < depth; i++)
            {
                int difference = Gemmlowp.Requantize(x[input + i] - max, words[record + Layout.Multiplier], words[record + Layout.Shift]);
                int exponential = Interpolate(model.Halves, words[record + Layout.Exponentials], difference + ushort.MaxValue);
                x[output + i] = (short)exponential;
                sum += exponential;
            }

            int headroom = 0;
            while ((sum << (headroom + 1)) > 0) headroom++;
            int rest = (((sum << headroom) + (1 << 13)) >> 14) - (1 << 16);
            int reciprocal = Interpolate(model.Halves, words[record + Layout.Reciprocals], rest);
            int shift = 30 - headroom;
            for (int i = 0; i < depth; i++)
            {
                int value = ((x[output + i] * reciprocal) + (1 << (shift - 1))) >> shift;
                if (value < 0) value = 0;
                if (value > short.MaxValue) value = short.MaxValue;
                x[output + i] = (short)value;
            }
        }

        private static int Interpolate(short[] table, int first, int argument)
        {
            if (argument < 0) argument = 0;
            if (argument > ushort.MaxValue) argument = ushort.MaxValue;
            int entry = first + (argument / 128);
            int offset = argument % 128;
            return table[entry] + ((((table[entry + 1] - table[entry]) * offset) + 64) >> 7);
        }
    }
}
