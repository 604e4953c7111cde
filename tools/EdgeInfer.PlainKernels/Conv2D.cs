using Layout = EdgeInfer.Kernels.Conv2D;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Two-dimensional convolution, one output after the other.</summary>
    public sealed class Conv2D : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            Compute(model, arena, record, PlainPort.Constants, model.Words[record + Layout.Weights]);
        }

        /// <summary>Computes the whole output, whatever the bits of the weights: the fields of the record are in the same places.</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds the tensors.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="constants">Holds the weights.</param>
        /// <param name="firstWeight">The first weight.</param>
        internal static void Compute(Model model, Arena arena, int record, sbyte[] constants, int firstWeight)
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
            int batches = words[record + Layout.Batches];
            int inputHeight = words[record + Layout.InputHeight];
            int inputWidth = words[record + Layout.InputWidth];
            int inputChannels = words[record + Layout.InputChannels];
            int outputHeight = words[record + Layout.OutputHeight];
            int outputWidth = words[record + Layout.OutputWidth];
            int outputChannels = words[record + Layout.OutputChannels];
            int filterHeight = words[record + Layout.FilterHeight];
            int filterWidth = words[record + Layout.FilterWidth];
            int strideHeight = words[record + Layout.StrideHeight];
            int strideWidth = words[record + Layout.StrideWidth];
            int dilationHeight = words[record + Layout.DilationHeight];
            int dilationWidth = words[record + Layout.DilationWidth];
            int padTop = words[record + Layout.PadTop];
            int padLeft = words[record + Layout.PadLeft];
            int groups = words[record + Layout.Groups];
            int depth = inputChannels / groups;
            int filters = outputChannels / groups;
            int inputZeroPoint = words[record + Layout.InputZeroPoint];
            int outputZeroPoint = words[record + Layout.OutputZeroPoint];
            int min = words[record + Layout.ActivationMin];
            int max = words[record + Layout.ActivationMax];

            for (int b = 0; b < batches; b++)
            {
                for (int oy = 0; oy < outputHeight; oy++)
                {
                    for (int ox = 0; ox < outputWidth; ox++)
                    {
                        for (int o = 0; o < outputChannels; o++)
                        {
                            int acc = words[biases + o];
                            int j = weights + (o * filterHeight * filterWidth * depth);
                            for (int ky = 0; ky < filterHeight; ky++)
                            {
                                int iy = (oy * strideHeight) - padTop + (ky * dilationHeight);
                                for (int kx = 0; kx < filterWidth; kx++)
                                {
                                    int ix = (ox * strideWidth) - padLeft + (kx * dilationWidth);
                                    int end = j + depth;
                                    if (iy >= 0 && iy < inputHeight && ix >= 0 && ix < inputWidth)
                                    {
                                        int i = ((((b * inputHeight) + iy) * inputWidth) + ix) * inputChannels + (o / filters * depth);
                                        for (; j < end; j++, i++) acc += x[i] * w[j];
                                    }
                                    else
                                    {
                                        for (; j < end; j++) acc += inputZeroPoint * w[j];
                                    }
                                }
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
    }
}
