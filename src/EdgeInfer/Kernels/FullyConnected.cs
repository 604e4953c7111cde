using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Matrix times vector, int8, with one scale an output channel or one for all:
    /// output[b, o] = clamp(requantize(bias[o] + sum over i of input[b, i] * (weight[o, i] - weight zero point)) + output zero point).
    /// The bias holds -input zero point * sum of (weight - weight zero point) already, put there by the host.
    /// </summary>
    /// <remarks>
    /// Input [batches, depth], weights OI [channels, depth], output [batches, channels], all row-major. A unit is a block of
    /// <see cref="Block"/> outputs of one batch row, or what is left of them.
    /// Weights are stored plus 128; that and their zero point is taken off by way of the sum of the inputs.
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

        /// <summary>Field: 32-bit scratch, one number an output of a block.</summary>
        public const int Sums = Record.Fields + 11;

        /// <summary>Field: outputs of a block, at most those of a row.</summary>
        public const int Block = Record.Fields + 12;

        /// <summary>Field: the weights as <see cref="PackWeights"/> lays them out, tiles; or <see cref="Record.None"/>.</summary>
        public const int Packed = Record.Fields + 13;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 14;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "FullyConnected"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = VerifyRows(verifier, Block);
            int channels = verifier.Word(OutputChannels);
            int block = verifier.Word(Block);
            verifier.Range(WeightZeroPoint, "weight zero point", sbyte.MinValue, sbyte.MaxValue);
            int packed = verifier.Word(Packed);
            if (packed != Record.None && block < channels && block % PackedMatrixVector.Rows != 0) verifier.Fail("block", Block, "the lanes of packed weights are not to be parted");
            Matrix.Verify(verifier, Weights, Packed, "weights", channels, verifier.Word(Depth));
            verifier.Scratch(Sums, "sums", TensorType.Int32, Matrix.Sums(packed, block));
            VerifyOutputs(verifier, batches, Block);
        }

        /// <summary>Demands what records of matrix products have in common, whatever their weights: shape, channels, blocks of outputs, input.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="blockField">Field of the outputs of a block.</param>
        /// <returns>Number of rows.</returns>
        public static int VerifyRows(Verifier verifier, int blockField)
        {
            int depth = verifier.Range(Depth, "depth", 1, 1 << 20);
            int channels = verifier.Range(OutputChannels, "output channels", 1, 1 << 20);
            int block = verifier.Range(blockField, "block", 1, channels);
            int blocks = (channels + block - 1) / block;
            int units = verifier.Word(Record.Units);
            int batches = units / blocks;
            if (batches < 1) verifier.Fail("units", Record.Units, units.ToString() + " are fewer than the " + blocks.ToString() + " blocks of a row");
            Channel.Verify(verifier, Channels, channels);
            Channel.VerifyClamp(verifier, OutputZeroPoint, ActivationMin, ActivationMax);
            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(batches, depth));
            return batches;
        }

        /// <summary>Demands the output of such a record, and its units.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="batches">Number of rows.</param>
        /// <param name="blockField">Field of the outputs of a block.</param>
        public static void VerifyOutputs(Verifier verifier, int batches, int blockField)
        {
            int channels = verifier.Word(OutputChannels);
            int block = verifier.Word(blockField);
            verifier.Write(TensorType.Int8, verifier.Product(batches, channels));
            verifier.Units(batches * ((channels + block - 1) / block), (long)batches * channels * verifier.Word(Depth));
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int depth = words[record + Depth];
            int channels = words[record + OutputChannels];
            int block = words[record + Block];
            int blocks = (channels + block - 1) / block;
            int batch = unit / blocks;
            int first = (unit - (batch * blocks)) * block;
            int count = channels - first;
            if (count > block) count = block;
            int sum = words[words[record + Sums] + BlobFormat.TensorOffset];
            Array.Copy(words, words[record + Channels + Channel.Biases] + first, arena.Int32, sum, count);
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (batch * depth);
            Matrix.Multiply(model, arena, record + Weights, record + Packed, first, input, depth, words[record + WeightZeroPoint], sum, count);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (batch * channels) + first;
            if (words[record + Channels + Channel.ScaleStep] == 0) Store(words, record, arena, sum, output, count);
            else StoreScaled(words, record, arena, first, sum, output, count);
        }

        /// <summary>Requantizes with one scale for all. Records of other weights have the fields that are read here in the same places.</summary>
        internal static void Store(int[] words, int record, Arena arena, int sum, int output, int count)
        {
            int s = sum;
            int[] sums = arena.Int32;
            sbyte[] y = arena.Int8;
            long value;
            int end = sum + count;
            int step = output - sum;
            int scale = words[record + Channels + Channel.Scales];
            long multiplier = words[scale + Channel.Multiplier];
            int shift = words[scale + Channel.Shift];
            long zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);

            // What is negative is clamped to a limit at or above the zero point, whichever way it was rounded.
            if (min >= zeroPoint) threshold = long.MinValue;
            ulong range = (ulong)(max - min);
            for (; s < end; s++)
            {
                value = (sums[s] * multiplier) + rounding;
                if (value < threshold) value -= negativeStep;
                value = (value >> shift) + zeroPoint;
                if ((ulong)(value - min) > range) value = value < min ? min : max;
                y[s + step] = (sbyte)value;
            }
        }

        /// <summary>Requantizes with a scale a channel; likewise.</summary>
        internal static void StoreScaled(int[] words, int record, Arena arena, int first, int sum, int output, int count)
        {
            int s = sum;
            int[] sums = arena.Int32;
            sbyte[] y = arena.Int8;
            long value;
            int end = sum + count;
            int step = output - sum;
            int scale = words[record + Channels + Channel.Scales] + (first * Channel.ScaleWords);
            long zeroPoint = words[record + OutputZeroPoint];
            long min = words[record + ActivationMin];
            ulong range = (ulong)(words[record + ActivationMax] - min);
            for (; s < end; s++, scale += Channel.ScaleWords)
            {
                int shift = words[scale + Channel.Shift];
                value = (long)sums[s] * words[scale];
                if (shift > 31)
                {
                    value += Channel.HalfUnit;
                    if (value < 0) value -= Channel.Unit;
                }

                value = ((value + (1L << (shift - 1))) >> shift) + zeroPoint;
                if ((ulong)(value - min) > range) value = value < min ? min : min + (long)range;
                y[s + step] = (sbyte)value;
            }
        }
    }
}
