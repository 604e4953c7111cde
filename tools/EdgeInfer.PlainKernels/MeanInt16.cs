using Layout = EdgeInfer.Kernels.MeanInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Mean of 16-bit elements over a set of dimensions.</summary>
    public sealed class MeanInt16 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int kept0 = words[record + Layout.KeptLengths];
            int kept1 = words[record + Layout.KeptLengths + 1];
            int kept2 = words[record + Layout.KeptLengths + 2];
            int keptStride0 = words[record + Layout.KeptStrides];
            int keptStride1 = words[record + Layout.KeptStrides + 1];
            int keptStride2 = words[record + Layout.KeptStrides + 2];
            int summed0 = words[record + Layout.SummedLengths];
            int summed1 = words[record + Layout.SummedLengths + 1];
            int summed2 = words[record + Layout.SummedLengths + 2];
            int summedStride0 = words[record + Layout.SummedStrides];
            int summedStride1 = words[record + Layout.SummedStrides + 1];
            int summedStride2 = words[record + Layout.SummedStrides + 2];
            int offset = words[record + Layout.Offset];
            int multiplier = words[record + Layout.Multiplier];
            int shift = words[record + Layout.Shift];
            int zeroPoint = words[record + Layout.OutputZeroPoint];
            for (int a = 0; a < kept0; a++)
            {
                for (int b = 0; b < kept1; b++)
                {
                    for (int c = 0; c < kept2; c++)
                    {
                        int first = input + (a * keptStride0) + (b * keptStride1) + (c * keptStride2);
                        int sum = 0;
                        for (int d = 0; d < summed0; d++)
                        {
                            for (int e = 0; e < summed1; e++)
                            {
                                for (int f = 0; f < summed2; f++) sum += x[first + (d * summedStride0) + (e * summedStride1) + (f * summedStride2)];
                            }
                        }

                        int value = Gemmlowp.Requantize(sum - offset, multiplier, shift) + zeroPoint;
                        if (value < short.MinValue) value = short.MinValue;
                        if (value > short.MaxValue) value = short.MaxValue;
                        x[output] = (short)value;
                        output++;
                    }
                }
            }
        }
    }
}
