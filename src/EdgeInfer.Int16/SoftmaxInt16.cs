namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Normalised exponential over the last dimension, int16 to int16: exp(beta * scale * (input[r, i] - max of the row)) / sum of the row's
    /// exponentials, with 15 fractional bits.
    /// </summary>
    /// <remarks>
    /// Input and output [rows, depth], both without zero points; a unit is a row. Both functions are chords between the entries of a table: the exponential
    /// from -10 to 0, and 1 / (1 + x) from 0 to 1, by which the sum is divided. SoftmaxInt16 of TensorFlow Lite (kernels/internal/reference/softmax.h).
    /// </remarks>
    public sealed class SoftmaxInt16 : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: first entry of the exponential's table in the halves section, <see cref="TableLength"/> entries.</summary>
        public const int Exponentials = Record.Fields + 1;

        /// <summary>Field: first entry of the table of 1 / (1 + x), as many.</summary>
        public const int Reciprocals = Record.Fields + 2;

        /// <summary>Field: elements of a row.</summary>
        public const int Depth = Record.Fields + 3;

        /// <summary>Field: multiplier that takes differences to the exponential's table, in which -65535 stands for -10.</summary>
        public const int Multiplier = Record.Fields + 4;

        /// <summary>Field: its shift.</summary>
        public const int Shift = Record.Fields + 5;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 6;

        /// <summary>Entries of a table: one for every 128 of its argument's 65536 values, and the end.</summary>
        public const int TableLength = 513;

        /// <summary>Longest row: the sum of its exponentials fits into 31 bits.</summary>
        public const int MaximumDepth = ushort.MaxValue;

        private const int StepBits = 7;

        private const int StepMask = (1 << StepBits) - 1;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "SoftmaxInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int depth = verifier.Range(Depth, "depth", 1, MaximumDepth);
            int rows = verifier.Word(Record.Units);
            int count = verifier.Product(rows, depth);
            verifier.Halves(Exponentials, "exponentials", TableLength);
            verifier.Halves(Reciprocals, "reciprocals", TableLength);
            Channel.VerifyScale(verifier, Multiplier, Shift);
            verifier.Read(Input, "input", TensorType.Int16, count);
            verifier.WriteInPlace(TensorType.Int16, count, Input);
            verifier.Units(rows, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            long scaled;
            int v;
            short[] table = model.Halves;
            int p;
            short[] x = arena.Int16;
            int[] words = model.Words;
            int depth = words[record + Depth];
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * depth);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * depth);
            int end = first + depth;
            int max = short.MinValue;
            for (int i = first; i < end; i++)
            {
                v = x[i];
                if (v > max) max = v;
            }

            // An argument of 0 is the last of the table.
            int last = words[record + Exponentials] + TableLength - 1;
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int sum = 0;
            int back = o - first;
            for (int i = first; i < end; i++)
            {
                scaled = ((x[i] - max) * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled >>= shift;
                v = scaled < -ushort.MaxValue ? -ushort.MaxValue : (int)scaled;
                v--;
                p = last + (v >> StepBits);
                v = table[p] + ((((v & StepMask) * (table[p + 1] - table[p])) + (1 << (StepBits - 1))) >> StepBits);
                x[back + i] = (short)v;
                sum += v;
            }

            Divide(x, o, o + depth, sum, table, words[record + Reciprocals]);
        }

        /// <summary>Divides the exponentials by their sum, which is made 1 + x with x from 0 to 1.</summary>
        private static void Divide(short[] x, int o, int end, int sum, short[] table, int reciprocals)
        {
            // The largest exponential alone brings the sum of true tables to 2^14.
            if (sum < 2) sum = 2;
            int shift = 30;
            long raised = sum;
            while (raised < 1 << 30)
            {
                raised <<= 1;
                shift--;
            }

            int v = (int)((raised + (1 << 13)) >> 14) - (1 << 16);
            if (v > ushort.MaxValue) v = ushort.MaxValue;
            int p = reciprocals + (v >> StepBits);
            int reciprocal = (short)(table[p] + ((((v & StepMask) * (table[p + 1] - table[p])) + (1 << (StepBits - 1))) >> StepBits));
            int half = 1 << (shift - 1);
            for (; o < end; o++)
            {
                v = ((x[o] * reciprocal) + half) >> shift;
                if (v < 0) v = 0;
                if (v > short.MaxValue) v = short.MaxValue;
                x[o] = (short)v;
            }
        }
    }
}
