namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Every vector divided by its length, int8: output[r, i] = clamp(round(128 * (input[r, i] - zero point) / root of the sum of the row's squares)).
    /// The output's scale is 1/128, its zero point 0.
    /// </summary>
    /// <remarks>
    /// Input and output [rows, depth]; a unit is a row. The arithmetic is that of L2Normalization of TensorFlow Lite
    /// (kernels/internal/reference/integer_ops/l2normalization.h) and GetInvSqrtQuantizedMultiplierExp (kernels/internal/common.h): five
    /// steps of Newton and Raphson from 1, with 28 fractional bits. A row of zeros stays one.
    /// </remarks>
    public sealed class L2Normalization : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: elements of a row.</summary>
        public const int Depth = Record.Fields + 1;

        /// <summary>Field: input zero point.</summary>
        public const int ZeroPoint = Record.Fields + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 3;

        /// <summary>Longest row: the sum of its squares keeps below 2^31.</summary>
        public const int MaximumDepth = int.MaxValue / (255 * 255);

        /// <summary>1.5 with 28 fractional bits.</summary>
        private const long OneAndHalf = (1L << 28) + (1L << 27);

        /// <summary>The root of 1/2 with 31 fractional bits.</summary>
        private const long RootOfHalf = 1518500250;

        private const long Half = 1L << 30;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "L2Normalization"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int rows = verifier.Word(Record.Units);
            int count = verifier.Product(rows, verifier.Range(Depth, "depth", 1, MaximumDepth));
            verifier.Range(ZeroPoint, "zero point", sbyte.MinValue, sbyte.MaxValue);
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
            int zeroPoint = words[record + ZeroPoint];
            int i = words[words[record + Input] + BlobFormat.TensorOffset] + (unit * depth);
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * depth);
            int end = i + depth;
            int sum = 0;
            for (int p = i; p < end; p++)
            {
                int difference = x[p] - zeroPoint;
                sum += difference * difference;
            }

            // The output has 7 fractional bits, the root 31: of a root that is not scaled the product is shifted by 24.
            int shift = 31 - 7;
            long multiplier = int.MaxValue;
            if (sum > 1)
            {
                shift += 11;
                while (sum >= 1 << 29)
                {
                    sum >>= 2;
                    shift++;
                }

                while (sum < 1 << 27)
                {
                    sum <<= 2;
                    shift--;
                }

                multiplier = InverseRoot(sum);
            }

            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            for (; i < end; i++, o++)
            {
                long value = ((x[i] - zeroPoint) * multiplier) + rounding;
                if (value < threshold) value -= negativeStep;
                value >>= shift;
                if (value < sbyte.MinValue) value = sbyte.MinValue;
                if (value > sbyte.MaxValue) value = sbyte.MaxValue;
                x[o] = (sbyte)value;
            }
        }

        /// <summary>1 / root of 2 * x, for x from 1/4 to 1 with 29 fractional bits; the result has 28.</summary>
        private static long InverseRoot(int x)
        {
            long half = ((x >> 1) + 1) >> 1;
            long root = 1L << 28;
            for (int step = 0; step < 5; step++)
            {
                long square = ((root * root) + Half) >> 31;
                long cube = (((square * root) + Half) >> 31) << 6;
                root = ((((OneAndHalf * root) + Half) >> 31) - (((half * cube) + Half) >> 31)) << 3;
            }

            return ((root * RootOfHalf) + Half) >> 31;
        }
    }
}
