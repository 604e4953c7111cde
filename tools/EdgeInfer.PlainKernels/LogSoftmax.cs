using Layout = EdgeInfer.Kernels.LogSoftmax;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Logarithm of the normalised exponential over the last dimension.</summary>
    public sealed class LogSoftmax : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int depth = words[record + Layout.Depth];
            int entries = words[record + Layout.Entries];
            int table = words[record + Layout.Table];
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int row = 0; row < words[record + Record.Units]; row++, input += depth, output += depth)
            {
                int max = sbyte.MinValue;
                for (int i = 0; i < depth; i++)
                {
                    if (x[input + i] > max) max = x[input + i];
                }

                int sum = 0;
                for (int i = 0; i < depth; i++)
                {
                    int difference = max - x[input + i];
                    if (difference < entries) sum += words[table + (2 * difference)];
                }

                int logarithm = Logarithm(sum);
                for (int i = 0; i < depth; i++)
                {
                    int difference = max - x[input + i];
                    int value = sbyte.MinValue;
                    if (difference < entries) value = Gemmlowp.RoundedShift(words[table + (2 * difference) + 1] - logarithm, 22) + sbyte.MaxValue;
                    if (value < sbyte.MinValue) value = sbyte.MinValue;
                    if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                    x[output + i] = (sbyte)value;
                }
            }
        }

        /// <summary>The natural logarithm of a number with 19 fractional bits; the result has 26.</summary>
        private static int Logarithm(int x)
        {
            int left = 0;
            while (x << left < 1 << 30) left++;
            int a = Twice(Product(x << left, 1518500250));
            int powerOfA = ((11 - left) << 25) + (1 << 23);
            int leftOfB = 0;
            while (Product(x, 1518500250) << leftOfB < 1 << 30) leftOfB++;
            int b = leftOfB == left ? x << left : Twice(x << left);
            int powerOfB = ((12 - leftOfB) << 25) - (1 << 23);
            int r = a < b ? a : b;
            int power = powerOfA > powerOfB ? powerOfA : powerOfB;

            int p = (int)(((long)r + 1805811301 + 1) / 2);
            int q = 2 * (r - 1805811301);
            int square = Product(q, q);
            int numerator = Product(q, r) + Product(Product(q, square), 117049297);
            int denominator = Product(p, 1057819769 + q + Product(square, 127690142)) + Product(q, 638450708);
            int fraction = Product(Gemmlowp.RoundedShift(numerator, 6), Softmax.OneOverOnePlus(denominator));
            return Twice(Product(power, 1488522236) + fraction);
        }

        private static int Product(int a, int b)
        {
            return Gemmlowp.Requantize(a, b, 31);
        }

        private static int Twice(int value)
        {
            return value < 1 << 30 ? 2 * value : int.MaxValue;
        }
    }
}
