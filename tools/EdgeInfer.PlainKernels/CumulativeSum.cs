using Layout = EdgeInfer.Kernels.CumulativeSum;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Sums of the elements up to each one along a dimension.</summary>
    public sealed class CumulativeSum : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int depth = words[record + Layout.Depth];
            int columns = words[record + Layout.Step];
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int unit = 0; unit < words[record + Record.Units]; unit++)
            {
                for (int column = 0; column < columns; column++)
                {
                    int sum = -words[record + Layout.ZeroPoint];
                    for (int k = 0; k < depth; k++)
                    {
                        int row = words[record + Layout.Reverse] != 0 ? depth - 1 - k : k;
                        int place = (((unit * depth) + row) * columns) + column;
                        int before = sum;
                        sum += x[input + place] - words[record + Layout.ZeroPoint];
                        int value = words[record + Layout.Exclusive] != 0 ? before : sum;
                        value = Gemmlowp.Requantize(value << 19, words[record + Layout.Multiplier], words[record + Layout.Shift] + 19) + words[record + Layout.OutputZeroPoint];
                        if (value < sbyte.MinValue) value = sbyte.MinValue;
                        if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                        x[output + place] = (sbyte)value;
                    }
                }
            }
        }
    }
}
