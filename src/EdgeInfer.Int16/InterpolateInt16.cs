namespace EdgeInfer.Kernels
{
    /// <summary>
    /// A function of one int16 number as the chords between the entries of a table, which the host has made: sigmoid, tanh and the reciprocal root.
    /// </summary>
    /// <remarks>
    /// The argument counts 2^<see cref="StepBits"/> a step of the table and is kept within its ends:
    /// v = (input * <see cref="Multiplier"/> + half) >> <see cref="ArgumentShift"/>, p = v >> step bits, f = v and (2^step bits - 1);
    /// output = clamp((T[p] * 2^step bits + f * (T[p + 1] - T[p]) + rounding - [v &lt; 0]) >> output shift).
    /// The last term makes the rounding of negative numbers the mirror image; docs/numerics.md derives it.
    /// </remarks>
    public sealed class InterpolateInt16 : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: first entry of the table in the halves section, <see cref="TableLength"/> entries, the middle one for an argument of 0.</summary>
        public const int Table = Record.Fields + 1;

        /// <summary>Field: elements.</summary>
        public const int Count = Record.Fields + 2;

        /// <summary>Field: what an input is multiplied with.</summary>
        public const int Multiplier = Record.Fields + 3;

        /// <summary>Field: bits by which the product is shifted to the right, rounded, 0 to 31.</summary>
        public const int ArgumentShift = Record.Fields + 4;

        /// <summary>Field: bits of an argument below a step of the table.</summary>
        public const int StepBits = Record.Fields + 5;

        /// <summary>Field: what is added before the last shift: half of its unit, and where the function is not odd its value at 0.</summary>
        public const int Rounding = Record.Fields + 6;

        /// <summary>Field: the last shift.</summary>
        public const int OutputShift = Record.Fields + 7;

        /// <summary>Field: smallest output.</summary>
        public const int Min = Record.Fields + 8;

        /// <summary>Field: largest output.</summary>
        public const int Max = Record.Fields + 9;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 10;

        /// <summary>Entries of the table on either side of its middle.</summary>
        public const int TableReach = 1 << 8;

        /// <summary>Entries of the table.</summary>
        public const int TableLength = (2 * TableReach) + 1;

        private const int LargestStepBits = 9;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "InterpolateInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            verifier.Halves(Table, "table", TableLength);
            verifier.Range(Multiplier, "multiplier", 0, short.MaxValue);
            verifier.Range(ArgumentShift, "argument shift", 0, 31);
            verifier.Range(StepBits, "step bits", 1, LargestStepBits);
            verifier.Range(Rounding, "rounding", 0, 1 << 25);
            verifier.Range(OutputShift, "output shift", 1, 16);
            int low = verifier.Range(Min, "min", short.MinValue, short.MaxValue);
            verifier.Range(Max, "max", low, short.MaxValue);
            verifier.Read(Input, "input", TensorType.Int16, count);
            verifier.WriteInPlace(TensorType.Int16, count, Input);
            verifier.Units(1, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int v;
            short[] table = model.Halves;
            int p;
            int i;
            short[] x = arena.Int16;
            int[] words = model.Words;
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int middle = words[record + Table] + TableReach;
            int multiplier = words[record + Multiplier];
            int shift = words[record + ArgumentShift];
            int half = shift > 0 ? 1 << (shift - 1) : 0;
            int stepBits = words[record + StepBits];
            int mask = (1 << stepBits) - 1;
            int reach = TableReach << stepBits;
            uint range = (uint)(2 * reach);
            int rounding = words[record + Rounding];
            int outputShift = words[record + OutputShift];
            int min = words[record + Min];
            int max = words[record + Max];
            i = words[words[record + Input] + BlobFormat.TensorOffset];
            for (int end = i + words[record + Count]; i < end; i++, o++)
            {
                v = ((x[i] * multiplier) + half) >> shift;
                if ((uint)(v + reach) >= range) v = v < 0 ? -reach : reach - 1;
                p = (v >> stepBits) + middle;
                v = ((table[p] << stepBits) + ((v & mask) * (table[p + 1] - table[p])) + rounding + (v >> 31)) >> outputShift;
                if (v < min) v = min;
                if (v > max) v = max;
                x[o] = (short)v;
            }
        }
    }
}
