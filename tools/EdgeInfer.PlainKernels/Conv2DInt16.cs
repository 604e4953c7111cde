using Layout = EdgeInfer.Kernels.Conv2DInt16;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Convolution of 16-bit activations, one output after the other.</summary>
    public sealed class Conv2DInt16 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            short[] x = arena.Int16;
            sbyte[] w = PlainPort.Constants;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int weights = words[record + Layout.Weights];
            int biases = words[record + Layout.Biases];
            int scales = words[record + Layout.Scales];
            bool wide = words[record + Layout.Accumulator] == Layout.Wide;
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
                            long acc = (uint)words[biases + (2 * o)] | ((long)words[biases + (2 * o) + 1] << 32);
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
                                        int i = input + ((((b * inputHeight) + iy) * inputWidth) + ix) * inputChannels + (o / filters * depth);
                                        for (; j < end; j++, i++) acc += x[i] * w[j];
                                    }

                                    j = end;
                                }
                            }

                            int multiplier = words[scales + (o * Channel.ScaleWords) + Channel.Multiplier];
                            int shift = words[scales + (o * Channel.ScaleWords) + Channel.Shift];
                            long value = wide ? ((acc * multiplier) + (1L << (shift - 1))) >> shift : Gemmlowp.Requantize((int)acc, multiplier, shift);
                            if (value < min) value = min;
                            if (value > max) value = max;
                            x[output] = (short)value;
                            output++;
                        }
                    }
                }
            }
        }
    }
}
