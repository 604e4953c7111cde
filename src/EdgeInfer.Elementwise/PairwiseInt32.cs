namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Functions of two int32 numbers, which stand for themselves, with broadcasting: sum, difference and its square, product, quotient, the larger or
    /// smaller one, modulo 2^32 and then kept within limits, and their order.
    /// </summary>
    /// <remarks>
    /// Add, Sub, Mul, Div, Maximum and comparisons of tflite-micro (kernels/internal/reference) on int32. A quotient is rounded towards zero; a divisor of
    /// zero, for which the reference has no result, counts as 1.
    /// </remarks>
    public sealed class PairwiseInt32 : BroadcastKernel
    {
        /// <summary>Field: which function: <see cref="Larger"/> to <see cref="Order"/>.</summary>
        public const int Function = Broadcast.Fields;

        /// <summary>Field: smallest output; of <see cref="Order"/> 1 where the truth is that input1 is below input2, else 0.</summary>
        public const int Min = Broadcast.Fields + 1;

        /// <summary>Field: largest output; of <see cref="Order"/> 1 where the truth is that input1 is above input2, else 0.</summary>
        public const int Max = Broadcast.Fields + 2;

        /// <summary>Field: of <see cref="Order"/> 1 where the truth is that both are the same, else 0.</summary>
        public const int Same = Broadcast.Fields + 3;

        /// <summary>Length of the record.</summary>
        public const int Words = Broadcast.Fields + 4;

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

        /// <summary>input1 * input2.</summary>
        public const int Product = 5;

        /// <summary>input1 / input2, rounded towards zero.</summary>
        public const int Quotient = 6;

        /// <summary>Whether input1 is below, the same as or above input2, an int8 truth value.</summary>
        public const int Order = 7;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "PairwiseInt32"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            bool order = verifier.Range(Function, "function", Larger, Order) == Order;
            int low = verifier.Range(Min, "min", order ? 0 : int.MinValue, order ? 1 : int.MaxValue);
            verifier.Range(Max, "max", order ? 0 : low, order ? 1 : int.MaxValue);
            verifier.Range(Same, "same", 0, order ? 1 : 0);
            Broadcast.Verify(verifier, TensorType.Int32, order ? TensorType.Int8 : TensorType.Int32);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            int[] words = model.Words;
            if (words[record + Function] == Order)
            {
                Compare(words, record, arena, first, second, output, end);
                return;
            }

            Combine(words, record, arena.Int32, first, second, output, end);
            int min = words[record + Min];
            int max = words[record + Max];
            if (min > int.MinValue || max < int.MaxValue) Limit(arena.Int32, output, end, min, max);
        }

        private static void Combine(int[] words, int record, int[] values, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            int[] x = values;
            int o = output;
            int i = first;
            int j = second;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int function = words[record + Function];
            for (; o < end; i += back1, j += back2)
            {
                int rowEnd = o + run;
                switch (function)
                {
                    case Larger:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] > x[j] ? x[i] : x[j];
                        break;
                    case Smaller:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] < x[j] ? x[i] : x[j];
                        break;
                    case Sum:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] + x[j];
                        break;
                    case Difference:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] - x[j];
                        break;
                    case SquaredDifference:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = (x[i] - x[j]) * (x[i] - x[j]);
                        break;
                    case Product:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[i] * x[j];
                        break;
                    default:
                        for (; o < rowEnd; o++, i += step1, j += step2) x[o] = x[j] > 0 || x[j] < -1 ? x[i] / x[j] : x[j] == 0 ? x[i] : -x[i];
                        break;
                }
            }
        }

        private static void Limit(int[] x, int o, int end, int min, int max)
        {
            for (; o < end; o++)
            {
                if (x[o] < min) x[o] = min;
                else if (x[o] > max) x[o] = max;
            }
        }

        private static void Compare(int[] words, int record, Arena arena, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            int[] x = arena.Int32;
            int o = output;
            int i = first;
            int j = second;
            sbyte[] y = arena.Int8;
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            sbyte below = (sbyte)words[record + Min];
            sbyte above = (sbyte)words[record + Max];
            sbyte same = (sbyte)words[record + Same];
            for (; o < end; i += back1, j += back2)
            {
                for (int rowEnd = o + run; o < rowEnd; o++, i += step1, j += step2) y[o] = x[i] < x[j] ? below : x[i] > x[j] ? above : same;
            }
        }
    }
}
