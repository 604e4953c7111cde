using Layout = EdgeInfer.Kernels.InterpolateInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>A function of one 16-bit number by its table, whose negative half mirrors the other.</summary>
    public sealed class InterpolateInt16 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            short[] table = model.Halves;
            int middle = words[record + Layout.Table] + Layout.TableReach;
            int multiplier = words[record + Layout.Multiplier];
            int shift = words[record + Layout.ArgumentShift];
            int stepBits = words[record + Layout.StepBits];
            int rounding = words[record + Layout.Rounding];
            int outputShift = words[record + Layout.OutputShift];
            int min = words[record + Layout.Min];
            int max = words[record + Layout.Max];
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int i = 0; i < words[record + Layout.Count]; i++)
            {
                int half = shift > 0 ? 1 << (shift - 1) : 0;
                int argument = ((x[input + i] * multiplier) + half) >> shift;
                int reach = Layout.TableReach << stepBits;
                if (argument < -reach) argument = -reach;
                if (argument >= reach) argument = reach - 1;
                int entry = argument >> stepBits;
                int low = table[middle + entry];
                int fraction = argument - (entry << stepBits);
                int value = (low << stepBits) + (fraction * (table[middle + entry + 1] - low)) + rounding;
                if (argument < 0) value--;
                value >>= outputShift;
                if (value < min) value = min;
                if (value > max) value = max;
                x[output + i] = (short)value;
            }
        }
    }
}
