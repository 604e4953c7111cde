namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Logarithm of the normalised exponential over the last dimension, int8:
    /// output[r, i] = clamp(round(16 * (scale * (input[r, i] - max of the row) - ln(sum of the row's exponentials))) + 127).
    /// The output's scale is 1/16, its zero point 127.
    /// </summary>
    /// <remarks>
    /// Input and output [rows, depth]; a unit is a row. The arithmetic is that of LogSoftmax of TensorFlow Lite
    /// (kernels/internal/reference/log_softmax.h): differences with 26 fractional bits, their exponentials with 19, the logarithm of the sum
    /// with 26. The host has stored both for every difference that can contribute; what is behind the table's end is the smallest output.
    /// </remarks>
    public sealed class LogSoftmax : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: table in the words section, two words an entry: exponential and difference; entry d for a difference of d to the row's maximum.</summary>
        public const int Table = Record.Fields + 1;

        /// <summary>Field: entries of the table.</summary>
        public const int Entries = Record.Fields + 2;

        /// <summary>Field: elements of a row.</summary>
        public const int Depth = Record.Fields + 3;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 4;

        /// <summary>Longest row: the sum of its exponentials keeps below 2^12, which is what its format holds.</summary>
        public const int MaximumDepth = 4095;

        /// <summary>Lowest difference of a table, -16: a lower one gives the smallest output, too.</summary>
        public const int LowestDifference = -(1 << 30);

        /// <summary>The exponential of zero with 19 fractional bits.</summary>
        public const int One = 1 << 19;

        private const int TableLength = 256;

        /// <summary>Bits that a difference has more than an output.</summary>
        private const int OutputShift = 22;

        private const long Half = 1L << 30;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "LogSoftmax"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int rows = verifier.Word(Record.Units);
            int count = verifier.Product(rows, verifier.Range(Depth, "depth", 1, MaximumDepth));
            int entries = verifier.Range(Entries, "entries", 1, TableLength);
            int table = verifier.Table(Table, "table", 2 * entries);
            verifier.TableRange("exponential of zero", table, 2, 1, One, One);
            verifier.TableRange("exponential", table, 2, entries, 0, One);
            verifier.TableRange("difference", table + 1, 2, entries, LowestDifference, 0);
            verifier.Units(rows, count);
            verifier.Read(Input, "input", TensorType.Int8, count);
            verifier.WriteInPlace(TensorType.Int8, count, Input);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int depth = words[record + Depth];
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * depth);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * depth);
            int end = first + depth;
            int max = sbyte.MinValue;
            for (int i = first; i < end; i++)
            {
                if (x[i] > max) max = x[i];
            }

            int table = words[record + Table];
            int tableEnd = table + (2 * words[record + Entries]);
            int zero = table + (2 * max);
            int sum = 0;
            for (int i = first; i < end; i++)
            {
                int p = zero - (2 * x[i]);
                if (p < tableEnd) sum += words[p];
            }

            int offset = (1 << (OutputShift - 1)) - (int)Logarithm(sum);
            for (int i = first; i < end; i++, o++)
            {
                int p = zero - (2 * x[i]) + 1;
                int value = sbyte.MinValue;
                if (p < tableEnd)
                {
                    // Halves go away from zero.
                    int difference = words[p] + offset;
                    if (difference < 1 << (OutputShift - 1)) difference--;
                    value = (difference >> OutputShift) + sbyte.MaxValue;
                    if (value < sbyte.MinValue) value = sbyte.MinValue;
                    if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                }

                x[o] = (sbyte)value;
            }
        }

        /// <summary>The natural logarithm of a number from 1 to 2^12 with 19 fractional bits; the result has 26.</summary>
        /// <remarks>
        /// log_x_for_x_greater_than_or_equal_to_1_impl of TensorFlow Lite (kernels/internal/common.h): x = r * 2^power, where r is near the fourth
        /// root of 1/2 and the power may end in a quarter; ln r is a quotient of polynomials.
        /// </remarks>
        private static long Logarithm(int x)
        {
            const long RootOfHalf = 1518500250;
            const long FourthRootOfHalf = 1805811301;
            const long LogarithmOfTwo = 1488522236;
            const int PowerBits = 25;
            const long Quarter = 1L << (PowerBits - 2);

            // Normalised to 1/2 to 1, the number itself, and its product with the root of 1/2.
            int left = 0;
            while (x << left < 1 << 30) left++;
            long a = Double(Product((long)x << left, RootOfHalf));
            int leftOfProduct = left;
            if (Product(x, RootOfHalf) << left < Half) leftOfProduct++;
            long b = (long)x << leftOfProduct;
            if (b > int.MaxValue) b = int.MaxValue;
            long r = a < b ? a : b;
            long powerOfA = ((long)(11 - left) << PowerBits) + Quarter;
            long powerOfB = ((long)(12 - leftOfProduct) << PowerBits) - Quarter;
            long power = powerOfA > powerOfB ? powerOfA : powerOfB;

            long p = (r + FourthRootOfHalf + 1) >> 1;
            long q = 2 * (r - FourthRootOfHalf);
            long square = Product(q, q);
            long numerator = Product(q, r) + Product(Product(q, square), 117049297);
            long denominator = Product(p, 1057819769 + q + Product(127690142, square)) + Product(638450708, q);
            long reciprocal = Softmax.Reciprocal((denominator + int.MaxValue + 1) >> 1);
            long scaled = (numerator + (1 << 5) - (numerator < 0 ? 1 : 0)) >> 6;
            return Double(Product(power, LogarithmOfTwo) + Product(scaled, reciprocal));
        }

        private static long Product(long a, long b)
        {
            return ((a * b) + Half) >> 31;
        }

        private static long Double(long value)
        {
            return value < Half ? value << 1 : int.MaxValue;
        }
    }
}
