using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// <see cref="FullyConnected"/> where pruning has left few weights: of every output's weights only blocks of sixteen that are
    /// not all zero are stored, and multiplied.
    /// </summary>
    /// <remarks>
    /// Inputs are taken sixteen at a time; they wait as pairs in locals while the stored blocks of all outputs pass by, as in
    /// <see cref="MatrixVector"/>. For every sixteen inputs the bytes section has a list: of each stored block how many outputs it lies behind
    /// the one before (the first: behind the first output), 0 to 254, then its sixteen weights plus 128; at the end 255. A list for each block of
    /// outputs follows the other, and <see cref="Starts"/> says where each set of lists begins. Weights behind the end of a row are stored too, and
    /// multiplied by zero. The fields are those of <see cref="FullyConnected"/> but for the last.
    /// </remarks>
    public sealed class SparseFullyConnected : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = FullyConnected.Input;

        /// <summary>Field: first byte of the lists in the bytes section.</summary>
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

        /// <summary>Field: zero point of the weights, 0 where they are symmetric.</summary>
        public const int WeightZeroPoint = FullyConnected.WeightZeroPoint;

        /// <summary>Field: 32-bit scratch, one number an output of a block.</summary>
        public const int Sums = FullyConnected.Sums;

        /// <summary>Field: outputs of a block, at most those of a row.</summary>
        public const int Block = FullyConnected.Block;

        /// <summary>Field: position of a table that says for each block of outputs where its lists begin, counted from the first byte of all.</summary>
        public const int Starts = Record.Fields + 13;

        /// <summary>Field: bytes of all lists.</summary>
        public const int Length = Record.Fields + 14;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 15;

        /// <summary>Inputs of a list.</summary>
        public const int Width = 16;

        /// <summary>What a list ends with.</summary>
        public const int End = 255;

        /// <summary>Bytes of a stored block: what leads to its output, and its weights.</summary>
        public const int BlockBytes = 1 + Width;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "SparseFullyConnected"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = FullyConnected.VerifyRows(verifier, Block);
            int channels = verifier.Word(OutputChannels);
            int block = verifier.Word(Block);
            int blocks = (channels + block - 1) / block;
            verifier.Range(WeightZeroPoint, "weight zero point", sbyte.MinValue, sbyte.MaxValue);
            int length = verifier.Range(Length, "length", 1, 1 << 28);
            byte[] bytes = verifier.LoadedBytes(Weights, "weights", length);
            int first = verifier.FirstByte(Weights);
            int starts = verifier.Table(Starts, "starts", blocks);
            verifier.TableRange("starts", starts, 1, blocks, 0, length - 1);
            int lists = (verifier.Word(Depth) + Width - 1) / Width;
            for (int b = 0; b < blocks; b++)
            {
                int outputs = channels - (b * block);
                if (!AreSound(bytes, first + verifier.TableWord(starts + b), first + length, lists, outputs < block ? outputs : block))
                {
                    verifier.Fail("weights", Weights, "the lists of block " + b.ToString() + " lead beyond its outputs or their own end, or to one output twice");
                }
            }

            verifier.Scratch(Sums, "sums", TensorType.Int32, block);
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
            int index = unit - (batch * blocks);
            int first = index * block;
            int count = channels - first;
            if (count > block) count = block;
            int sum = words[words[record + Sums] + BlobFormat.TensorOffset];
            Array.Copy(words, words[record + Channels + Channel.Biases] + first, arena.Int32, sum, count);
            int input = words[words[record + Input] + BlobFormat.TensorOffset] + (batch * depth);
            int list = model.BytesStart + words[record + Weights] + words[words[record + Starts] + index];
            Multiply(model.Bytes, arena.Int8, input, input + depth, list, 128 + words[record + WeightZeroPoint], arena.Int32, sum);
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (batch * channels) + first;
            if (words[record + Channels + Channel.ScaleStep] == 0) FullyConnected.Store(words, record, arena, sum, output, count);
            else FullyConnected.StoreScaled(words, record, arena, first, sum, output, count);
        }

        /// <summary>
        /// Walks the lists of a block of outputs as <see cref="Multiply"/> does. A list has one block an output at most, so that a unit
        /// works no more than its record says.
        /// </summary>
        private static bool AreSound(byte[] bytes, int position, int end, int lists, int outputs)
        {
            for (; lists > 0; lists--)
            {
                int output = 0;
                int least = 0;
                while (position < end && bytes[position] != End)
                {
                    if (bytes[position] < least) return false;

                    output += bytes[position];
                    position += BlockBytes;
                    least = 1;
                    if (output >= outputs) return false;
                }

                if (position >= end) return false;
                position++;
            }

            return true;
        }

        /// <summary>Adds the products of all stored blocks to the sums of their outputs.</summary>
        private static void Multiply(byte[] weights, sbyte[] x, int i, int end, int list, int offset, int[] sums, int sum)
        {
            // The first four locals are the cheapest to read.
            byte[] w = weights;
            int j = list;
            long v;
            int s;
            int next;
            for (; i < end; i += Width, j++)
            {
                long p0 = MatrixVector.Pair(x, i, end);
                long p1 = MatrixVector.Pair(x, i + 1, end);
                long p2 = MatrixVector.Pair(x, i + 2, end);
                long p3 = MatrixVector.Pair(x, i + 3, end);
                long p4 = MatrixVector.Pair(x, i + 8, end);
                long p5 = MatrixVector.Pair(x, i + 9, end);
                long p6 = MatrixVector.Pair(x, i + 10, end);
                long p7 = MatrixVector.Pair(x, i + 11, end);
                long origin = MatrixVector.Origin(p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7, offset);
                for (s = sum; (next = w[j]) != End; j += BlockBytes)
                {
                    s += next;
                    sums[s] += (int)((origin
                        + (((v = BitConverter.ToInt64(w, j + 1)) & MatrixVector.Mask) * p0) + (((v >> 8) & MatrixVector.Mask) * p1)
                        + (((v >> 16) & MatrixVector.Mask) * p2) + (((v >> 24) & MatrixVector.Mask) * p3)
                        + (((v = BitConverter.ToInt64(w, j + 9)) & MatrixVector.Mask) * p4) + (((v >> 8) & MatrixVector.Mask) * p5)
                        + (((v >> 16) & MatrixVector.Mask) * p6) + (((v >> 24) & MatrixVector.Mask) * p7)) >> 32);
                }
            }
        }
    }
}
