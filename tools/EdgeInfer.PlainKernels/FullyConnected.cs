using Layout = EdgeInfer.Kernels.FullyConnected;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Matrix times vector, one output after the other.</summary>
    public sealed class FullyConnected : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            Compute(model, arena, record, PlainPort.Constants, model.Words[record + Layout.Weights], model.Words[record + Layout.WeightZeroPoint]);
        }

        /// <summary>Computes the whole output, whatever the bits of the weights: the fields of the record are in the same places.</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="constants">Holds the weights.</param>
        /// <param name="firstWeight">The first weight.</param>
        /// <param name="zeroPointOfWeights">Zero point of the weights.</param>
        internal static void Compute(Model model, Arena arena, int record, sbyte[] constants, int firstWeight, int zeroPointOfWeights)
        {
            int[] words = model.Words;
            sbyte[] x = PlainPort.Copy(model, arena, words[record + Layout.Input]);
            sbyte[] w = constants;
            sbyte[] y = arena.Int8;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int weights = firstWeight;
            int biases = words[record + Layout.Channels + Channel.Biases];
            int scales = words[record + Layout.Channels + Channel.Scales];
            int scaleStep = words[record + Layout.Channels + Channel.ScaleStep];
            int depth = words[record + Layout.Depth];
            int channels = words[record + Layout.OutputChannels];
            int batches = words[words[record + Record.Output] + BlobFormat.TensorCount] / channels;
            int weightZeroPoint = zeroPointOfWeights;
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
