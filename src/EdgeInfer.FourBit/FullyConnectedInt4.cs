using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Matrix times vector as <see cref="FullyConnected"/>, with symmetric weights of 4 bits, -8 to 7.
    /// </summary>
    /// <remarks>
    /// Input [batches, depth], weights OI [channels, depth] as <see cref="Nibbles"/> has them, output [batches, channels], all row-major. A unit is
    /// a block of <see cref="Block"/> outputs of one batch row, or what is left of them.
    /// </remarks>
    public sealed class FullyConnectedInt4 : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = FullyConnected.Input;

        /// <summary>Field: first byte of the weights in the bytes section.</summary>
        public const int Weights = FullyConnected.Weights;

        /// <summary>Field: first of the three fields of <see cref="Channel"/>, biases and scales.</summary>
        public const int Channels = FullyConnected.Channels;

        /// <summary>Field: inputs an output.</summary>
        public const int Depth = FullyConnected.Depth;

        /// <summary>Field: outputs a row.</summary>
        public const int OutputChannels = FullyConnected.OutputChannels;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = FullyConnected.OutputZeroPoint;

        /// <summary>Field: smallest output.</summary>
        public const int ActivationMin = FullyConnected.ActivationMin;

        /// <summary>Field: largest output.</summary>
        public const int ActivationMax = FullyConnected.ActivationMax;

        /// <summary>Field: 32-bit scratch, one number an output of a block.</summary>
        public const int Sums = Record.Fields + 10;

        /// <summary>Field: outputs of a block, at most those of a row.</summary>
        public const int Block = Record.Fields + 11;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 12;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "FullyConnectedInt4"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = FullyConnected.VerifyRows(verifier, Block);
            verifier.Bytes(Weights, "weights", verifier.Product(Nibbles.RowBytes(verifier.Word(Depth)), verifier.Word(OutputChannels)));
            verifier.Scratch(Sums, "sums", TensorType.Int32, verifier.Word(Block));
            FullyConnected.VerifyOutputs(verifier, batches, Block);
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
            int weights = model.BytesStart + words[record + Weights] + (first * Nibbles.RowBytes(depth));
            MatrixVectorInt4.Multiply(model.Bytes, arena.Int8, input, weights, depth, arena.Int32, sum, count);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (batch * channels) + first;
            if (words[record + Channels + Channel.ScaleStep] == 0) FullyConnected.Store(words, record, arena, sum, output, count);
            else FullyConnected.StoreScaled(words, record, arena, first, sum, output, count);
        }
    }
}
