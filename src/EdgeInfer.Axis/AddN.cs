namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Sum of several int8 tensors of one quantization: output = clamp(requantize((sum of the inputs - offset)) + output zero point).
    /// </summary>
    /// <remarks>
    /// The reference is AddN of tflite-micro (kernels/internal/reference/add_n.h), whose sum begins with what the number 0 stands for instead of with
    /// zero: the offset is the zero point once more than there are inputs.
    /// </remarks>
    public sealed class AddN : Kernel
    {
        /// <summary>Most inputs.</summary>
        public const int MaximumInputs = 8;

        /// <summary>Field: the inputs, <see cref="Record.None"/> behind the last.</summary>
        public const int Inputs = Record.Fields;

        /// <summary>Field: elements.</summary>
        public const int Count = Inputs + MaximumInputs;

        /// <summary>Field: what is taken off a sum.</summary>
        public const int Offset = Count + 1;

        /// <summary>Field: multiplier of a sum.</summary>
        public const int Multiplier = Count + 2;

        /// <summary>Field: shift of a sum, 12 to 43.</summary>
        public const int Shift = Count + 3;

        /// <summary>Field: output zero point.</summary>
        public const int OutputZeroPoint = Count + 4;

        /// <summary>Length of the record.</summary>
        public const int Words = Count + 5;

        private const int LargestOffset = (MaximumInputs + 1) * 128;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "AddN"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            verifier.Range(Offset, "offset", -LargestOffset, LargestOffset);
            SumScale.Verify(verifier, Multiplier, Shift);
            verifier.Range(OutputZeroPoint, "output zero point", sbyte.MinValue, sbyte.MaxValue);
            int inputs = 0;
            while (inputs < MaximumInputs && (inputs == 0 || verifier.Word(Inputs + inputs) != Record.None))
            {
                verifier.Read(Inputs + inputs, "input", TensorType.Int8, count);
                inputs++;
            }

            for (; inputs < MaximumInputs; inputs++) verifier.Range(Inputs + inputs, "input", Record.None, Record.None);
            verifier.Units(1, verifier.Product(count, MaximumInputs));
            verifier.WriteInPlace(TensorType.Int8, count, Inputs);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            int inputs = 1;
            while (inputs < MaximumInputs && words[record + Inputs + inputs] != Record.None) inputs++;
            int count = words[record + Count];
            int offset = words[record + Offset];
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int shift = words[record + Shift];
            long multiplier = words[record + Multiplier];
            long rounding = SumScale.Rounding(shift);
            long threshold = SumScale.Threshold(shift);
            long negativeStep = SumScale.NegativeStep(shift);
            int zeroPoint = words[record + OutputZeroPoint];
            for (int i = 0; i < count; i++)
            {
                int sum = -offset;
                for (int k = 0; k < inputs; k++) sum += x[words[words[record + Inputs + k] + BlobFormat.TensorOffset] + i];
                long scaled = (sum * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled = (scaled >> shift) + zeroPoint;
                if (scaled < sbyte.MinValue) scaled = sbyte.MinValue;
                if (scaled > sbyte.MaxValue) scaled = sbyte.MaxValue;
                x[o + i] = (sbyte)scaled;
            }
        }
    }
}
