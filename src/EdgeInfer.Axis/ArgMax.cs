namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Index of the largest element along a dimension, int8 to int32; of several the first. The smallest is the largest complement:
    /// ~x = -1 - x turns the order of all numbers around.
    /// </summary>
    /// <remarks>
    /// Input [rows, length, step], output [rows, step]; a unit is a number of rows. The reference is ArgMinMax of TensorFlow Lite
    /// (kernels/internal/reference/arg_min_max.h).
    /// </remarks>
    public sealed class ArgMax : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: rows of a unit.</summary>
        public const int Rows = Record.Fields + 1;

        /// <summary>Field: elements that are compared with each other.</summary>
        public const int Length = Record.Fields + 2;

        /// <summary>Field: distance from one of them to the next, and outputs of a row.</summary>
        public const int Step = Record.Fields + 3;

        /// <summary>Field: what elements are combined with by exclusive or before they are compared: 0 for the largest, -1 for the smallest.</summary>
        public const int Mask = Record.Fields + 4;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 5;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "ArgMax"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int units = verifier.Word(Record.Units);
            int rows = verifier.Product(units, verifier.Range(Rows, "rows", 1, int.MaxValue));
            int outputs = verifier.Product(rows, verifier.Range(Step, "step", 1, int.MaxValue));
            int count = verifier.Product(outputs, verifier.Range(Length, "length", 1, int.MaxValue));
            verifier.Range(Mask, "mask", -1, 0);
            verifier.Units(units, count);
            verifier.Read(Input, "input", TensorType.Int8, count);
            verifier.Write(TensorType.Int32, outputs);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int i;
            sbyte[] x = arena.Int8;
            int mask;
            int best;
            int[] words = model.Words;
            int[] y = arena.Int32;
            int rows = words[record + Rows];
            int step = words[record + Step];
            int length = words[record + Length] * step;
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * rows * length);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * rows * step);
            mask = words[record + Mask];
            for (int end = first + (rows * length); first < end; first += length)
            {
                for (int stepEnd = first + step, start = first; start < stepEnd; start++, o++)
                {
                    int place = start;
                    best = x[start] ^ mask;
                    int rowEnd = start + length;
                    for (i = start + step; i < rowEnd; i += step)
                    {
                        if ((x[i] ^ mask) > best)
                        {
                            best = x[i] ^ mask;
                            place = i;
                        }
                    }

                    y[o] = (place - start) / step;
                }
            }
        }
    }
}
