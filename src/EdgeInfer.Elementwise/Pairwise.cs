namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Functions of two int8 numbers, with broadcasting: the larger or smaller one, their order, the square of their difference, and
    /// PReLU. Whatever depends on one number alone stands in a table of 256 halves for each operand.
    /// </summary>
    /// <remarks>With a and b the operands, u = table 1[a + 128] and v = table 2[b + 128]. docs/numerics.md has the formulas.</remarks>
    public sealed class Pairwise : BroadcastKernel
    {
        /// <summary>Field: which function: <see cref="Larger"/> to <see cref="Slope"/>.</summary>
        public const int Function = Broadcast.Fields;

        /// <summary>Field: index of the first operand's table in the halves section; -1 for <see cref="Larger"/> and <see cref="Smaller"/>, which have none.</summary>
        public const int Table1 = Broadcast.Fields + 1;

        /// <summary>Field: index of the second operand's table, likewise.</summary>
        public const int Table2 = Broadcast.Fields + 2;

        /// <summary>Field: of <see cref="Order"/> the output where u is below v, 0 or 1.</summary>
        public const int Below = Broadcast.Fields + 3;

        /// <summary>Field: of <see cref="Order"/> the output where u is v, 0 or 1.</summary>
        public const int Same = Broadcast.Fields + 4;

        /// <summary>Field: of <see cref="Order"/> the output where u is above v, 0 or 1.</summary>
        public const int Above = Broadcast.Fields + 5;

        /// <summary>Field: multiplier of the square, or of u from zero on.</summary>
        public const int Multiplier = Broadcast.Fields + 6;

        /// <summary>Field: its shift.</summary>
        public const int Shift = Broadcast.Fields + 7;

        /// <summary>Field: of <see cref="Slope"/> the multiplier of u * v.</summary>
        public const int SlopeMultiplier = Broadcast.Fields + 8;

        /// <summary>Field: its shift.</summary>
        public const int SlopeShift = Broadcast.Fields + 9;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Broadcast.Fields + 10;

        /// <summary>Length of the record.</summary>
        public const int Words = Broadcast.Fields + 11;

        /// <summary>The larger of a and b.</summary>
        public const int Larger = 0;

        /// <summary>The smaller of a and b.</summary>
        public const int Smaller = 1;

        /// <summary>Whether u is below, equal to or above v.</summary>
        public const int Order = 2;

        /// <summary>requantize((u - v)^2) + output zero point.</summary>
        public const int SquaredDifference = 3;

        /// <summary>requantize(u) + output zero point from zero on; below, requantize(u * v) by the other multiplier.</summary>
        public const int Slope = 4;

        /// <summary>Entries of a table.</summary>
        public const int TableLength = 256;

        private const int Zero = 128;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Pairwise"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            if (verifier.Range(Function, "function", Larger, Slope) < Order)
            {
                verifier.Range(Table1, "first table", Record.None, Record.None);
                verifier.Range(Table2, "second table", Record.None, Record.None);
            }
            else
            {
                verifier.Halves(Table1, "first table", TableLength);
                verifier.Halves(Table2, "second table", TableLength);
            }

            verifier.Range(Below, "below", 0, 1);
            verifier.Range(Same, "same", 0, 1);
            verifier.Range(Above, "above", 0, 1);
            Channel.VerifyScale(verifier, Multiplier, Shift);
            Channel.VerifyScale(verifier, SlopeMultiplier, SlopeShift);
            verifier.Range(OutputZeroPoint, "output zero point", sbyte.MinValue, sbyte.MaxValue);
            Broadcast.Verify(verifier, TensorType.Int8);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            int function = model.Words[record + Function];
            if (function < Order) Choose(model.Words, record, arena.Int8, first, second, output, end);
            else if (function == Order) Compare(model, record, arena.Int8, first, second, output, end);
            else Scale(model, record, arena.Int8, first, second, output, end);
        }

        private static void Choose(int[] words, int record, sbyte[] values, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            sbyte[] x = values;
            int o = output;
            int i = first;
            int j = second;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            bool larger = words[record + Function] == Larger;
            for (; o < end; i += back1, j += back2)
            {
                int rowEnd = o + run;
                if (larger)
                {
                    for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] > x[j] ? x[i] : x[j];
                }
                else
                {
                    for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] < x[j] ? x[i] : x[j];
                }
            }
        }

        private static void Compare(Model model, int record, sbyte[] values, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            short[] tables = model.Halves;
            sbyte[] x = values;
            int difference;
            int o = output;
            int i = first;
            int j = second;
            int[] words = model.Words;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int table1 = words[record + Table1] + Zero;
            int table2 = words[record + Table2] + Zero;
            sbyte below = (sbyte)words[record + Below];
            sbyte same = (sbyte)words[record + Same];
            sbyte above = (sbyte)words[record + Above];
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    difference = tables[table1 + x[i]] - tables[table2 + x[j]];
                    x[o] = difference < 0 ? below : difference == 0 ? same : above;
                }
            }
        }

        private static void Scale(Model model, int record, sbyte[] values, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            long scaled;
            sbyte[] x = values;
            int u;
            int o = output;
            int i = first;
            int j = second;
            int[] words = model.Words;
            short[] tables = model.Halves;
            int table1 = words[record + Table1] + Zero;
            int table2 = words[record + Table2] + Zero;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int zeroPoint = words[record + OutputZeroPoint];
            bool squares = words[record + Function] == SquaredDifference;
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int slopeShift = words[record + SlopeShift];
            long slopeMultiplier = words[record + SlopeMultiplier];
            long slopeRounding = Channel.Rounding(slopeShift);
            long slopeThreshold = Channel.Threshold(slopeShift);
            long slopeNegativeStep = Channel.NegativeStep(slopeShift);
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    u = tables[table1 + x[i]];
                    if (squares || u >= 0)
                    {
                        if (squares)
                        {
                            u -= tables[table2 + x[j]];
                            u *= u;
                        }

                        scaled = (u * multiplier) + rounding;
                        if (scaled < threshold) scaled -= negativeStep;
                        scaled >>= shift;
                    }
                    else
                    {
                        scaled = (u * tables[table2 + x[j]] * slopeMultiplier) + slopeRounding;
                        if (scaled < slopeThreshold) scaled -= slopeNegativeStep;
                        scaled >>= slopeShift;
                    }

                    scaled += zeroPoint;
                    if (scaled < sbyte.MinValue) scaled = sbyte.MinValue;
                    if (scaled > sbyte.MaxValue) scaled = sbyte.MaxValue;
                    x[o] = (sbyte)scaled;
                }
            }
        }
    }
}
