namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Matrix times vector, int8, with one scale an output channel or one for all:
    /// output[b, o] = clamp(requantize(bias[o] + sum over i of input[b, i] * (weight[o, i] - weight zero point)) + output zero point).
    /// The bias holds -input zero point * sum of (weight - weight zero point) already, put there by the host.
    /// </summary>
    /// <remarks>
    /// Input [batches, depth], weights OI [channels, depth], output [batches, channels], all row-major. A unit is one batch row.
    /// Weights are stored plus 128, so the sum of inputs times 128 and the weights' zero point is taken off, once a row.
    /// The requantization is that of gemmlowp with double rounding, written for one 64-bit shift; docs/numerics.md derives it.
    /// </remarks>
    public sealed class FullyConnected : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: first weight in the bytes section.</summary>
        public const int Weights = Record.Fields + 1;

        /// <summary>Field: first of the three fields of <see cref="Channel"/>, biases and scales.</summary>
        public const int Channels = Record.Fields + 2;

        /// <summary>Field: inputs an output.</summary>
        public const int Depth = Record.Fields + 5;

        /// <summary>Field: outputs a row.</summary>
        public const int OutputChannels = Record.Fields + 6;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Record.Fields + 7;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = Record.Fields + 8;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = Record.Fields + 9;

        /// <summary>Field: zero point of the weights, 0 where they are symmetric.</summary>
        public const int WeightZeroPoint = Record.Fields + 10;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 11;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "FullyConnected"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Word(Record.Units);
            int depth = verifier.Range(Depth, "depth", 1, 1 << 20);
            int channels = verifier.Range(OutputChannels, "output channels", 1, 1 << 20);
            Channel.Verify(verifier, Channels, channels);
            verifier.Bytes(Weights, "weights", verifier.Product(depth, channels));
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            verifier.Range(WeightZeroPoint, "weight zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(batches, depth));
            verifier.Write(TensorType.Int8, verifier.Product(batches, channels));
            verifier.Units(batches, (long)batches * channels * depth);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            byte[] w = model.Bytes;
            sbyte[] x = arena.Int8;
            int depth = words[record + Depth];
            int channels = words[record + OutputChannels];
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * depth);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * channels);
            int biases = words[record + Channels + Channel.Biases];
            int scale = words[record + Channels + Channel.Scales];
            int scaleStep = words[record + Channels + Channel.ScaleStep];
            int zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            int j = model.BytesStart + words[record + Weights];
            int end = first + depth;
            int unrolledEnd = first + (depth & ~7);

            int sum = 0;
            for (int i = first; i < end; i++) sum += x[i];
            int excess = sum * (128 + words[record + WeightZeroPoint]);

            for (int o = 0; o < channels; o++)
            {
                int acc = words[biases + o] - excess;
                int i = first;
                for (; i < unrolledEnd; i += 8, j += 8)
                {
                    acc += (x[i] * w[j]) + (x[i + 1] * w[j + 1]) + (x[i + 2] * w[j + 2]) + (x[i + 3] * w[j + 3])
                        + (x[i + 4] * w[j + 4]) + (x[i + 5] * w[j + 5]) + (x[i + 6] * w[j + 6]) + (x[i + 7] * w[j + 7]);
                }

                for (; i < end; i++, j++) acc += x[i] * w[j];

                int shift = words[scale + Channel.Shift];
                long scaled = (long)acc * words[scale + Channel.Multiplier];
                if (shift > 31)
                {
                    scaled += Channel.HalfUnit;
                    if (scaled < 0) scaled -= Channel.Unit;
                }

                scaled += 1L << (shift - 1);
                long y = (scaled >> shift) + zeroPoint;
                if (y < min) y = min;
                if (y > max) y = max;
                x[output + o] = (sbyte)y;
                scale += scaleStep;
            }
        }
    }
}
