namespace EdgeInfer.Kernels
{
    /// <summary>
    /// An image of another size, int8, each pixel interpolated between four of the input with weights of 10 fractional bits:
    /// output = round((w * (v * x00 + (1 - v) * x10) + (1 - w) * (v * x01 + (1 - v) * x11)) / 2^20), halves away from zero.
    /// </summary>
    /// <remarks>
    /// Input [batches, height, width, channels], output the same with other height and width; a unit is a row of the output. The reference is
    /// ResizeBilinearInteger of TensorFlow Lite (kernels/internal/reference/resize_bilinear.h). The host has stored for every row and
    /// column the first of its two neighbours and the weight of the other.
    /// </remarks>
    public sealed class ResizeBilinear : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: height of the input.</summary>
        public const int Height = Record.Fields + 1;

        /// <summary>Field: width of the input.</summary>
        public const int Width = Record.Fields + 2;

        /// <summary>Field: channels.</summary>
        public const int Channels = Record.Fields + 3;

        /// <summary>Field: height of the output.</summary>
        public const int OutputHeight = Record.Fields + 4;

        /// <summary>Field: width of the output.</summary>
        public const int OutputWidth = Record.Fields + 5;

        /// <summary>Field: table in the words section, two words a row of the output: the row of the input, and the weight of the row behind it, 0 to 1023.</summary>
        public const int Rows = Record.Fields + 6;

        /// <summary>Field: table of the columns, likewise.</summary>
        public const int Columns = Record.Fields + 7;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 8;

        /// <summary>What a weight of 1 is.</summary>
        public const int One = 1 << 10;

        private const int Limit = 1 << 14;

        private const int WeightBits = 20;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "ResizeBilinear"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int height = verifier.Range(Height, "height", 1, Limit);
            int width = verifier.Range(Width, "width", 1, Limit);
            int channels = verifier.Range(Channels, "channels", 1, int.MaxValue);
            int outputHeight = verifier.Range(OutputHeight, "output height", 1, Limit);
            int outputWidth = verifier.Range(OutputWidth, "output width", 1, Limit);
            VerifyNeighbours(verifier, Rows, "rows", outputHeight, height);
            VerifyNeighbours(verifier, Columns, "columns", outputWidth, width);
            int units = verifier.Word(Record.Units);
            if (units % outputHeight != 0) verifier.Fail("output height", OutputHeight, units.ToString() + " rows are no number of images");
            int count = verifier.Product(units, verifier.Product(outputWidth, channels));
            verifier.Units(units, count);
            verifier.Read(Input, "input", TensorType.Int8, verifier.Product(units / outputHeight, verifier.Product(height, verifier.Product(width, channels))));
            verifier.Write(TensorType.Int8, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int p;
            sbyte[] x = arena.Int8;
            int q;
            int sum;
            int[] words = model.Words;
            int channels = words[record + Channels];
            int row = words[record + Width] * channels;
            int outputHeight = words[record + OutputHeight];
            int entry = words[record + Rows] + (2 * (unit % outputHeight));
            int lower = words[entry + 1];
            int upper = One - lower;
            int first = words[words[record + Input] + BlobFormat.TensorOffset]
                + (((unit / outputHeight * words[record + Height]) + words[entry]) * row);
            int down = lower == 0 ? 0 : row;
            int width = words[record + OutputWidth];
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * width * channels);
            int column = words[record + Columns];
            for (int columnEnd = column + (2 * width); column < columnEnd; column += 2)
            {
                p = first + (words[column] * channels);
                q = p + down;
                int right = words[column + 1];
                int next = right == 0 ? 0 : channels;
                int w11 = lower * right;
                int w10 = (lower * One) - w11;
                int w01 = upper * right;
                int w00 = (upper * One) - w01;
                for (int end = o + channels; o < end; o++, p++, q++)
                {
                    sum = (x[p] * w00) + (x[p + next] * w01) + (x[q] * w10) + (x[q + next] * w11);
                    x[o] = (sbyte)((sum + (1 << (WeightBits - 1)) + (sum >> 31)) >> WeightBits);
                }
            }
        }

        /// <summary>Demands that both neighbours lie in the input wherever their weight is not zero.</summary>
        private static void VerifyNeighbours(Verifier verifier, int field, string name, int count, int length)
        {
            int table = verifier.Table(field, name, 2 * count);
            verifier.TableRange(name, table, 2, count, 0, length - 1);
            verifier.TableRange("weights of " + name, table + 1, 2, count, 0, One - 1);
            for (int i = 0; i < count; i++)
            {
                if (verifier.TableWord(table + (2 * i)) == length - 1 && verifier.TableWord(table + (2 * i) + 1) != 0) verifier.Fail(name, field, "behind the last one there is none");
            }
        }
    }
}
