namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Normalised exponential over the last dimension, int8 to int8 or int16:
    /// output[r, i] = clamp(round(2^bits * exp(beta * scale * (input[r, i] - max of the row)) / sum of the row's exponentials) + smallest output).
    /// </summary>
    /// <remarks>
    /// Input and output [rows, depth]; a unit is a row. The output's scale is 1/256 with zero point -128, or 1/65536 with -32768.
    /// The arithmetic is that of Softmax of TensorFlow Lite (kernels/internal/reference/softmax.h): exponentials with
    /// 31 fractional bits, their sum with 19, its reciprocal by three steps of Newton and Raphson. The host has stored the
    /// exponential of every difference that still contributes; what is behind the table's end is zero.
    /// </remarks>
    public sealed class Softmax : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: table of exponentials in the words section, entry d for a difference of d to the row's maximum.</summary>
        public const int Exponentials = Record.Fields + 1;

        /// <summary>Field: entries of the table.</summary>
        public const int Entries = Record.Fields + 2;

        /// <summary>Field: elements of a row.</summary>
        public const int Depth = Record.Fields + 3;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 4;

        /// <summary>Longest row: the sum of its exponentials keeps below 2^12, which is what its format holds.</summary>
        public const int MaximumDepth = 4095;

        /// <summary>Fractional bits of an exponential that its share of the sum does not keep.</summary>
        public const int SumShift = 12;

        private const int TableLength = 256;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Softmax"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int depth = verifier.Range(Depth, "depth", 1, MaximumDepth);
            int rows = verifier.Word(Record.Units);
            int count = verifier.Product(rows, depth);
            int entries = verifier.Range(Entries, "entries", 1, TableLength);
            int table = verifier.Table(Exponentials, "exponentials", entries);
            verifier.TableRange("exponentials", table, 1, entries, 0, int.MaxValue);
            verifier.TableRange("exponential of zero", table, 1, 1, int.MaxValue, int.MaxValue);
            TensorType type = verifier.TypeOf(Record.Output, "output");
            if (type != TensorType.Int8 && type != TensorType.Int16) verifier.Fail("output", Record.Output, "it must be int8 or int16");
            verifier.Read(Input, "input", TensorType.Int8, count);
            verifier.WriteInPlace(type, count, Input);
            verifier.Units(rows, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int depth = words[record + Depth];
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * depth);
            int entry = words[record + Record.Output];
            int o = words[entry + BlobFormat.TensorOffset] + (unit * depth);
            bool wide = BlobFormat.TypeOf(words, entry) == TensorType.Int16;
            int end = first + depth;

            int max = sbyte.MinValue;
            for (int i = first; i < end; i++)
            {
                int value = x[i];
                if (value > max) max = value;
            }

            int zero = words[record + Exponentials];
            int tableEnd = zero + words[record + Entries];
            zero += max;
            int sum = 0;
            for (int i = first; i < end; i++)
            {
                int p = zero - x[i];
                if (p < tableEnd) sum += ((words[p] >> (SumShift - 1)) + 1) >> 1;
            }

            // The maximum alone brings the sum to 2^19. Half the denominator, from 1/2 to 1 with 31 fractional bits:
            int shift = 31 + (31 - 8) + SumShift - 1;
            if (wide) shift -= 8;
            long half = sum;
            while (half < 1 << 30)
            {
                half <<= 1;
                shift--;
            }

            long reciprocal = Reciprocal(half);
            if (shift > 62)
            {
                // So many nearly equal elements that none reaches half a step of the output.
                tableEnd = 0;
                shift = 62;
            }

            long round = (1L << 30) + (1L << (shift - 1));
            if (wide)
            {
                short[] y = arena.Int16;
                for (int i = first; i < end; i++, o++)
                {
                    int p = zero - x[i];
                    int value = short.MinValue;
                    if (p < tableEnd)
                    {
                        value += (int)(((reciprocal * words[p]) + round) >> shift);
                        if (value > short.MaxValue) value = short.MaxValue;
                    }

                    y[o] = (short)value;
                }
            }
            else
            {
                for (int i = first; i < end; i++, o++)
                {
                    int p = zero - x[i];
                    int value = sbyte.MinValue;
                    if (p < tableEnd)
                    {
                        value += (int)(((reciprocal * words[p]) + round) >> shift);
                        if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                    }

                    x[o] = (sbyte)value;
                }
            }
        }

        /// <summary>1 / (2 * half), both with 31 fractional bits; in between, numbers have 29.</summary>
        /// <param name="half">From 1/2 to 1.</param>
        /// <returns>At most the largest number.</returns>
        internal static long Reciprocal(long half)
        {
            // 48/17 - 32/17 * half is the straight line that comes closest to 1 / half.
            long x = 1515870810 + (((half * -1010580540) + (1L << 30)) >> 31);
            for (int i = 0; i < 3; i++)
            {
                long error = (1L << 29) - (((half * x) + (1L << 30)) >> 31);
                x += (((x * error) + (1L << 30)) >> 31) << 2;
            }

            return x < 1L << 30 ? x << 1 : int.MaxValue;
        }
    }
}
