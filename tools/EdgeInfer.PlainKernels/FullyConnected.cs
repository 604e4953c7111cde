using Layout = EdgeInfer.Kernels.FullyConnected;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Matrix times vector, one output after the other.</summary>
    public sealed class FullyConnected : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = PlainPort.Copy(model, arena, words[record + Layout.Input]);
            sbyte[] w = PlainPort.Constants;
            sbyte[] y = arena.Int8;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int weights = words[record + Layout.Weights];
            int biases = words[record + Layout.Channels + Channel.Biases];
            int scales = words[record + Layout.Channels + Channel.Scales];
            int scaleStep = words[record + Layout.Channels + Channel.ScaleStep];
            int depth = words[record + Layout.Depth];
            int channels = words[record + Layout.OutputChannels];
            int batches = words[words[record + Record.Output] + BlobFormat.TensorCount] / channels;
            int weightZeroPoint = words[record + Layout.WeightZeroPoint];
            int outputZeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];

            for (int b = 0; b < batches; b++)
            {
                for (int o = 0; o < channels; o++)
                {
                    int acc = words[biases + o];
                    int i = b * depth;
                    int j = weights + (o * depth);
                    int end = i + depth;
                    if (weightZeroPoint == 0)
                    {
                        for (; i < end; i++, j++) acc += x[i] * w[j];
                    }
                    else
                    {
                        for (; i < end; i++, j++) acc += x[i] * (w[j] - weightZeroPoint);
                    }

                    int scale = scales + (o * scaleStep);
                    int value = Gemmlowp.Requantize(acc, words[scale + Channel.Multiplier], words[scale + Channel.Shift]) + outputZeroPoint;
                    if (value < min) value = min;
                    if (value > max) value = max;
                    y[output] = (sbyte)value;
                    output++;
                }
            }
        }
    }
}
