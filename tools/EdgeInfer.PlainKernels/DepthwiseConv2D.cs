using Layout = EdgeInfer.Kernels.DepthwiseConv2D;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Depthwise convolution, one output after the other.</summary>
    public sealed class DepthwiseConv2D : PlainKernel
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
            int batches = words[record + Layout.Batches];
            int inputHeight = words[record + Layout.InputHeight];
            int inputWidth = words[record + Layout.InputWidth];
            int inputChannels = words[record + Layout.InputChannels];
            int depthMultiplier = words[record + Layout.DepthMultiplier];
            int outputHeight = words[record + Layout.OutputHeight];
            int outputWidth = words[record + Layout.OutputWidth];
            int filterHeight = words[record + Layout.FilterHeight];
            int filterWidth = words[record + Layout.FilterWidth];
            int strideHeight = words[record + Layout.StrideHeight];
            int strideWidth = words[record + Layout.StrideWidth];
            int dilationHeight = words[record + Layout.DilationHeight];
            int dilationWidth = words[record + Layout.DilationWidth];
            int padTop = words[record + Layout.PadTop];
            int padLeft = words[record + Layout.PadLeft];
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
                        for (int o = 0; o < inputChannels * depthMultiplier; o++)
                        {
                            int acc = words[biases + o];
                            int j = weights + (o * filterHeight * filterWidth);
                            int channel = o / depthMultiplier;
                            for (int ky = 0; ky < filterHeight; ky++)
                            {
                                int iy = (oy * strideHeight) - padTop + (ky * dilationHeight);
                                for (int kx = 0; kx < filterWidth; kx++)
                                {
                                    int ix = (ox * strideWidth) - padLeft + (kx * dilationWidth);
                                    if (iy >= 0 && iy < inputHeight && ix >= 0 && ix < inputWidth)
                                    {
                                        acc += x[((((b * inputHeight) + iy) * inputWidth) + ix) * inputChannels + channel] * w[j];
                                    }
                                    else
                                    {
                                        acc += inputZeroPoint * w[j];
                                    }

                                    j++;
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
