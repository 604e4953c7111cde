namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Sums of the elements up to each one along a dimension, int8: output[i] = clamp(requantize((start + sum over k of (input[k] - zero point)))
    /// + output zero point).
    /// </summary>
    /// <remarks>
    /// Input and output [units, depth, step]. The reference is CumSum of tflite-micro (kernels/internal/reference/cumsum.h), whose sums begin with what the
    /// number 0 stands for, less the zero point, instead of with zero. There they wrap beyond 2^12; here they do not.
    /// </remarks>
    public sealed class CumulativeSum : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: elements that are summed up.</summary>
        public const int Depth = Record.Fields + 1;

        /// <summary>Field: distance from one of them to the next.</summary>
        public const int Step = Record.Fields + 2;

        /// <summary>Field: 1 to begin with the last element, else 0.</summary>
        public const int Reverse = Record.Fields + 3;

        /// <summary>Field: 1 where a sum ends before its element, else 0.</summary>
        public const int Exclusive = Record.Fields + 4;

        /// <summary>Field: input zero point.</summary>
        public const int ZeroPoint = Record.Fields + 5;

        /// <summary>Field: multiplier of a sum.</summary>
        public const int Multiplier = Record.Fields + 6;

        /// <summary>Field: shift of a sum, 12 to 43.</summary>
        public const int Shift = Record.Fields + 7;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Record.Fields + 8;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 9;

        /// <summary>Most elements of a sum: it keeps below 2^31.</summary>
        public const int MaximumDepth = (1 << 23) - 1;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "CumulativeSum"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int units = verifier.Word(Record.Units);
            int depth = verifier.Range(Depth, "depth", 1, MaximumDepth);
            int count = verifier.Product(units, verifier.Product(depth, verifier.Range(Step, "step", 1, int.MaxValue)));
            verifier.Range(Reverse, "reverse", 0, 1);
            verifier.Range(Exclusive, "exclusive", 0, 1);
            verifier.Range(ZeroPoint, "zero point", sbyte.MinValue, sbyte.MaxValue);
            SumScale.Verify(verifier, Multiplier, Shift);
            verifier.Range(OutputZeroPoint, "output zero point", sbyte.MinValue, sbyte.MaxValue);
            verifier.Units(units, count);
            verifier.Read(Input, "input", TensorType.Int8, count);
            verifier.WriteInPlace(TensorType.Int8, count, Input);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int depth = words[record + Depth];
            int columns = words[record + Step];
            int step = columns;
            int start = unit * depth * step;
            if (words[record + Reverse] != 0)
            {
                start += (depth - 1) * step;
                step = -step;
            }

            bool exclusive = words[record + Exclusive] != 0;
            int zeroPoint = words[record + ZeroPoint];
            int first = words[words[record + Input] + BlobFormat.TensorOffset] + start;
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset] + start;
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = SumScale.Rounding(shift);
            long threshold = SumScale.Threshold(shift);
            long negativeStep = SumScale.NegativeStep(shift);
            int outputZeroPoint = words[record + OutputZeroPoint];
            for (; columns > 0; columns--, first++, output++)
            {
                int sum = -zeroPoint;
                int i = first;
                int o = output;
                for (int k = 0; k < depth; k++, i += step, o += step)
                {
                    int before = sum;
                    sum += x[i] - zeroPoint;
                    long scaled = ((exclusive ? before : sum) * multiplier) + rounding;
                    if (scaled < threshold) scaled -= negativeStep;
                    scaled = (scaled >> shift) + outputZeroPoint;
                    if (scaled < sbyte.MinValue) scaled = sbyte.MinValue;
                    if (scaled > sbyte.MaxValue) scaled = sbyte.MaxValue;
                    x[o] = (sbyte)scaled;
                }
            }
        }
    }
}
