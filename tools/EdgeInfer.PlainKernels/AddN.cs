using Layout = EdgeInfer.Kernels.AddN;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Sum of several tensors.</summary>
    public sealed class AddN : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int i = 0; i < words[record + Layout.Count]; i++)
            {
                int sum = -words[record + Layout.Offset];
                for (int k = 0; k < Layout.MaximumInputs && words[record + Layout.Inputs + k] != Record.None; k++)
                {
                    sum += x[words[words[record + Layout.Inputs + k] + BlobFormat.TensorOffset] + i];
                }

                int value = Gemmlowp.Requantize(sum << 19, words[record + Layout.Multiplier], words[record + Layout.Shift] + 19) + words[record + Layout.OutputZeroPoint];
                if (value < sbyte.MinValue) value = sbyte.MinValue;
                if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                x[output + i] = (sbyte)value;
            }
        }
    }
}
