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
    public sealed class PairwiseInt32 : Kernel
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
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int rows = words[record + Broadcast.Lengths + 3];
            int run = words[record + Broadcast.Lengths + 4];
            int rowStep1 = words[record + Broadcast.Strides1 + 3];
            int rowStep2 = words[record + Broadcast.Strides2 + 3];
            int i = words[words[record + Broadcast.Input1] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides1, unit);
            int j = words[words[record + Broadcast.Input2] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides2, unit);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * rows * run);
            bool order = words[record + Function] == Order;
            for (int end = o + (rows * run); o < end; o += run, i += rowStep1, j += rowStep2)
            {
                if (order) Compare(words, record, arena, i, j, o, o + run);
                else Compute(words, record, arena.Int32, i, j, o, o + run);
            }
        }

        private static void Compute(int[] words, int record, int[] x, int i, int j, int o, int end)
        {
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int function = words[record + Function];
            int min = words[record + Min];
            int max = words[record + Max];
            for (; o < end; o++, i += step1, j += step2)
            {
                int a = x[i];
                int b = x[j];
                if (function == Sum) a += b;
                else if (function == Product) a *= b;
                else if (function == Quotient) a = b > 0 || b < -1 ? a / b : b == 0 ? a : -a;
                else if (function == Larger) a = a > b ? a : b;
                else if (function == Smaller) a = a < b ? a : b;
                else a -= b;
                if (function == SquaredDifference) a *= a;
                if (a < min) a = min;
                if (a > max) a = max;
                x[o] = a;
            }
        }

        private static void Compare(int[] words, int record, Arena arena, int i, int j, int o, int end)
        {
            int[] x = arena.Int32;
            sbyte[] y = arena.Int8;
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            sbyte below = (sbyte)words[record + Min];
            sbyte above = (sbyte)words[record + Max];
            sbyte same = (sbyte)words[record + Same];
            for (; o < end; o++, i += step1, j += step2) y[o] = x[i] < x[j] ? below : x[i] > x[j] ? above : same;
        }
    }
}
