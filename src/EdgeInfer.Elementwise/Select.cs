namespace EdgeInfer.Kernels
{
    /// <summary>One of two int8, int16 or int32 numbers, as a third tells: output = condition is not 0 ? a : b, with broadcasting.</summary>
    public sealed class Select : BroadcastKernel
    {
        /// <summary>Field: the condition, int8: a truth value is 0 or 1.</summary>
        public const int Condition = Broadcast.Fields;

        /// <summary>Field: strides of the condition along the five dimensions, zero or more.</summary>
        public const int ConditionStrides = Broadcast.Fields + 1;

        /// <summary>Length of the record.</summary>
        public const int Words = ConditionStrides + Broadcast.Dimensions;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Select"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            TensorType type = verifier.TypeOf(Broadcast.Input1, "first input");
            if (type != TensorType.Int16 && type != TensorType.Int32) type = TensorType.Int8;
            verifier.Read(Condition, "condition", TensorType.Int8, Broadcast.Extent(verifier, ConditionStrides));
            Broadcast.Verify(verifier, type);
        }

        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record, int unit, int first, int second, int output, int end)
        {
            // The first four locals are the cheapest to read.
            int o = output;
            sbyte[] x = arena.Int8;
            int i = first;
            int j = second;
            short[] halves = arena.Int16;
            int[] integers = arena.Int32;
            int[] words = model.Words;
            TensorType type = BlobFormat.TypeOf(words, words[record + Record.Output]);
            int run = words[record + RowLength];
            int step1 = words[record + Step1];
            int step2 = words[record + Step2];
            int step = words[record + ConditionStrides + 4];
            int back1 = words[record + RowStep1] - (run * step1);
            int back2 = words[record + RowStep2] - (run * step2);
            int back = words[record + ConditionStrides + 3] - (run * step);
            int c = words[words[record + Condition] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, ConditionStrides, unit);
            for (; o < end; i += back1, j += back2, c += back)
            {
                int rowEnd = o + run;
                if (type == TensorType.Int8)
                {
                    for (; o < rowEnd; o++, i += step1, j += step2, c += step) x[o] = x[c] != 0 ? x[i] : x[j];
                }
                else if (type == TensorType.Int16)
                {
                    for (; o < rowEnd; o++, i += step1, j += step2, c += step) halves[o] = x[c] != 0 ? halves[i] : halves[j];
                }
                else
                {
                    for (; o < rowEnd; o++, i += step1, j += step2, c += step) integers[o] = x[c] != 0 ? integers[i] : integers[j];
                }
            }
        }
    }
}
