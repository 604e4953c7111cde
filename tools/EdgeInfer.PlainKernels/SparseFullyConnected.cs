using Layout = EdgeInfer.Kernels.SparseFullyConnected;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Matrix times vector over the stored blocks, one product after the other.</summary>
    public sealed class SparseFullyConnected : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = PlainPort.Copy(model, arena, words[record + Layout.Input]);
            sbyte[] w = PlainPort.Constants;
            sbyte[] y = arena.Int8;
            int[] sums = arena.Int32;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int sum = words[words[record + Layout.Sums] + BlobFormat.TensorOffset];
            int biases = words[record + Layout.Channels + Channel.Biases];
            int scales = words[record + Layout.Channels + Channel.Scales];
            int scaleStep = words[record + Layout.Channels + Channel.ScaleStep];
            int depth = words[record + Layout.Depth];
            int channels = words[record + Layout.OutputChannels];
            int block = words[record + Layout.Block];
            int batches = words[words[record + Record.Output] + BlobFormat.TensorCount] / channels;
            int weightZeroPoint = words[record + Layout.WeightZeroPoint];
            int outputZeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];

            for (int b = 0; b < batches; b++)
            {
                for (int first = 0; first < channels; first += block)
                {
                    int count = channels - first < block ? channels - first : block;
                    for (int o = 0; o < count; o++) sums[sum + o] = words[biases + first + o];
                    int j = words[record + Layout.Weights] + words[words[record + Layout.Starts] + (first / block)];
                    int end = (b + 1) * depth;
                    for (int i = b * depth; i < end; i += Layout.Width)
                    {
                        int s = sum;
                        while (w[j] + 128 != Layout.End)
                        {
                            s += w[j] + 128;
                            j++;
                            int acc = 0;
                            for (int k = 0; k < Layout.Width; k++)
                            {
                                if (i + k < end) acc += x[i + k] * (w[j + k] - weightZeroPoint);
                            }

                            sums[s] += acc;
                            j += Layout.Width;
                        }

                        j++;
                    }

                    for (int o = 0; o < count; o++)
                    {
                        int scale = scales + ((first + o) * scaleStep);
                        int value = Gemmlowp.Requantize(sums[sum + o], words[scale + Channel.Multiplier], words[scale + Channel.Shift]) + outputZeroPoint;
                        if (value < min) value = min;
                        if (value > max) value = max;
                        y[output] = (sbyte)value;
                        output++;
                    }
                }
            }
        }
    }
}
