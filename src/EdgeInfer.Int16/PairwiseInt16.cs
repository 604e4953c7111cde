namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Functions of two int16 numbers without zero points, with broadcasting: sum, difference and its square, product, the larger or smaller
    /// one, a rectifier whose slopes below zero are the second operand, and their order.
    /// </summary>
    /// <remarks>
    /// With r the requantization of <see cref="Channel"/>, u = r(input1 * 2^k, scale 1) and v = r(input2 * 2^k, scale 2), k being
    /// <see cref="LeftShift"/>, or 0 for the square: clamp(r(u + v, scale)), clamp(r(u - v, scale)) and clamp(r((u - v)^2, scale)).
    /// docs/numerics.md has the others.
    /// </remarks>
    public sealed class PairwiseInt16 : BroadcastKernel
    {
        /// <summary>Field: which function: <see cref="Larger"/> to <see cref="Order"/>.</summary>
        public const int Function = Broadcast.Fields;

        /// <summary>Field: multiplier of the first operand in sums, differences and their squares, and of <see cref="Order"/>.</summary>
        public const int Multiplier1 = Broadcast.Fields + 1;

        /// <summary>Field: its shift, 31 or more.</summary>
        public const int Shift1 = Broadcast.Fields + 2;

        /// <summary>Field: multiplier of the second operand likewise; of <see cref="Slope"/> that of numbers below zero.</summary>
        public const int Multiplier2 = Broadcast.Fields + 3;

        /// <summary>Field: its shift, 31 or more but for <see cref="Slope"/>.</summary>
        public const int Shift2 = Broadcast.Fields + 4;

        /// <summary>Field: multiplier of the result; of <see cref="Slope"/> that of numbers from zero on.</summary>
        public const int Multiplier = Broadcast.Fields + 5;

        /// <summary>Field: its shift.</summary>
        public const int Shift = Broadcast.Fields + 6;

        /// <summary>Field: of <see cref="Slope"/> 1, or -1 where numbers below zero change their sign after they are scaled; of <see cref="Order"/> 1 where the truth is that both are the same, else 0.</summary>
        public const int Sign = Broadcast.Fields + 7;

        /// <summary>Field: smallest output; of <see cref="Order"/> 1 where the truth is that input1 is below input2, else 0.</summary>
        public const int ActivationMin = Broadcast.Fields + 8;

        /// <summary>Field: largest output; of <see cref="Order"/> 1 where the truth is that input1 is above input2, else 0.</summary>
        public const int ActivationMax = Broadcast.Fields + 9;

        /// <summary>Length of the record.</summary>
        public const int Words = Broadcast.Fields + 10;

        /// <summary>The larger of both numbers.</summary>
        public const int Larger = 0;

        /// <summary>The smaller of both numbers.</summary>
        public const int Smaller = 1;

        /// <summary>input1 + input2.</summary>
        public const int Sum = 2;

        /// <summary>input1 - input2.</summary>
        public const int Difference = 3;

        /// <summary>(input1 - input2)^2.</summary>
        public const int SquaredDifference = 4;

        /// <summary>requantize(input1 * input2).</summary>
        public const int Product = 5;

        /// <summary>requantize(input1) from zero on, below the sign times requantize(input1 * input2) by the other multiplier.</summary>
        public const int Slope = 6;

        /// <summary>Whether input1, scaled, is below, the same as or above input2, an int8 truth value.</summary>
        public const int Order = 7;

        /// <summary>Bits that the operands of sums and differences gain before they are scaled.</summary>
        public const int LeftShift = 15;

        /// <summary>Bits that the operands of <see cref="Order"/> gain before they are scaled.</summary>
        public const int OrderShift = 8;

        private const int WholeShift = 31;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "PairwiseInt16"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int function = verifier.Range(Function, "function", Larger, Order);
            VerifyOperand(verifier, Multiplier1, Shift1, WholeShift);
            VerifyOperand(verifier, Multiplier2, Shift2, function == Slope ? Channel.MinimumShift : WholeShift);
            Channel.VerifyScale(verifier, Multiplier, Shift);
            if (function == Order)
            {
                verifier.Range(Sign, "sign", 0, 1);
                verifier.Range(ActivationMin, "activation min", 0, 1);
                verifier.Range(ActivationMax, "activation max", 0, 1);
                Broadcast.Verify(verifier, TensorType.Int16, TensorType.Int8);
                return;
            }

            if (verifier.Range(Sign, "sign", -1, 1) == 0) verifier.Fail("sign", Sign, "0 is neither 1 nor -1");
            int low = verifier.Range(ActivationMin, "activation min", short.MinValue, short.MaxValue);
            verifier.Range(ActivationMax, "activation max", low, short.MaxValue);
            Broadcast.Verify(verifier, TensorType.Int16);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            int[] words = model.Words;
            int function = words[record + Function];
            if (function < Sum) Choose(words, record, arena.Int16, first, second, output, end);
            else if (function < Product) Add(words, record, arena.Int16, first, second, output, end);
            else if (function == Product) Multiply(words, record, arena.Int16, first, second, output, end);
            else if (function == Slope) Rectify(words, record, arena.Int16, first, second, output, end);
            else Compare(words, record, arena, first, second, output, end);
        }

        private static void VerifyOperand(Verifier verifier, int multiplier, int shift, int minimumShift)
        {
            verifier.Range(multiplier, "multiplier", 0, int.MaxValue);
            verifier.Range(shift, "shift", minimumShift, Channel.MaximumShift);
        }

        private static void Choose(int[] words, int record, short[] values, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            short[] x = values;
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

        private static void Add(int[] words, int record, short[] values, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            long sum;
            short[] x = values;
            long share;
            int o = output;
            int i = first;
            int j = second;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int function = words[record + Function];
            int left = function == SquaredDifference ? 0 : LeftShift;
            int shift1 = words[record + Shift1];
            long multiplier1 = (long)words[record + Multiplier1] << left;
            long rounding1 = Channel.Rounding(shift1);
            long threshold1 = Channel.Threshold(shift1);
            long step = Channel.NegativeStep(shift1);
            int shift2 = words[record + Shift2];
            long multiplier2 = (long)words[record + Multiplier2] << left;
            long rounding2 = Channel.Rounding(shift2);
            long threshold2 = Channel.Threshold(shift2);
            long negativeStep2 = Channel.NegativeStep(shift2);
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            ulong range = (ulong)(max - min);
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    sum = (x[i] * multiplier1) + rounding1;
                    if (sum < threshold1) sum -= step;
                    share = (x[j] * multiplier2) + rounding2;
                    if (share < threshold2) share -= negativeStep2;
                    sum >>= shift1;
                    share >>= shift2;
                    if (function == Sum) sum += share;
                    else sum -= share;
                    if (function == SquaredDifference) sum *= sum;
                    sum = (sum * multiplier) + rounding;
                    if (sum < threshold) sum -= negativeStep;
                    sum >>= shift;
                    if ((ulong)(sum - min) > range) sum = sum < min ? min : max;
                    x[o] = (short)sum;
                }
            }
        }

        private static void Multiply(int[] words, int record, short[] values, int first, int second, int output, int end)
        {
            long product;
            short[] x = values;
            int o = output;
            int i = first;
            int j = second;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            long min = words[record + ActivationMin];
            long max = words[record + ActivationMax];
            ulong range = (ulong)(max - min);
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    product = (x[i] * x[j] * multiplier) + rounding;
                    if (product < threshold) product -= negativeStep;
                    product >>= shift;
                    if ((ulong)(product - min) > range) product = product < min ? min : max;
                    x[o] = (short)product;
                }
            }
        }

        private static void Rectify(int[] words, int record, short[] values, int first, int second, int output, int end)
        {
            long scaled;
            short[] x = values;
            int o = output;
            int i = first;
            int j = second;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int sign = words[record + Sign];
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = Channel.Rounding(shift);
            int slopeShift = words[record + Shift2];
            long slopeMultiplier = words[record + Multiplier2];
            long slopeRounding = Channel.Rounding(slopeShift);
            long slopeThreshold = Channel.Threshold(slopeShift);
            long slopeNegativeStep = Channel.NegativeStep(slopeShift);
            int min = words[record + ActivationMin];
            int max = words[record + ActivationMax];
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    scaled = x[i];
                    if (scaled >= 0)
                    {
                        scaled = ((scaled * multiplier) + rounding) >> shift;
                    }
                    else
                    {
                        scaled = (x[i] * x[j] * slopeMultiplier) + slopeRounding;
                        if (scaled < slopeThreshold) scaled -= slopeNegativeStep;
                        scaled = (scaled >> slopeShift) * sign;
                    }

                    if (scaled < min) scaled = min;
                    if (scaled > max) scaled = max;
                    x[o] = (short)scaled;
                }
            }
        }

        private static void Compare(int[] words, int record, Arena arena, int first, int second, int output, int end)
        {
            long sum;
            short[] x = arena.Int16;
            long other;
            int o = output;
            int i = first;
            int j = second;
            sbyte[] y = arena.Int8;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int shift1 = words[record + Shift1];
            long multiplier1 = (long)words[record + Multiplier1] << OrderShift;
            long rounding1 = Channel.Rounding(shift1);
            long threshold1 = Channel.Threshold(shift1);
            long negativeStep1 = Channel.NegativeStep(shift1);
            int shift2 = words[record + Shift2];
            long multiplier2 = (long)words[record + Multiplier2] << OrderShift;
            long rounding2 = Channel.Rounding(shift2);
            long threshold2 = Channel.Threshold(shift2);
            long negativeStep2 = Channel.NegativeStep(shift2);
            sbyte below = (sbyte)words[record + ActivationMin];
            sbyte above = (sbyte)words[record + ActivationMax];
            sbyte same = (sbyte)words[record + Sign];
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2)
                {
                    sum = (x[i] * multiplier1) + rounding1;
                    if (sum < threshold1) sum -= negativeStep1;
                    other = (x[j] * multiplier2) + rounding2;
                    if (other < threshold2) other -= negativeStep2;
                    sum = (sum >> shift1) - (other >> shift2);
                    y[o] = sum < 0 ? below : sum > 0 ? above : same;
                }
            }
        }
    }
}
