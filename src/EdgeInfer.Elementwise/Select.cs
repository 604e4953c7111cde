namespace EdgeInfer.Kernels
{
    /// <summary>One of two int8 numbers, as a third tells: output = condition is not 0 ? a : b, with broadcasting.</summary>
    public sealed class Select : Kernel
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
            verifier.Read(Condition, "condition", TensorType.Int8, Broadcast.Extent(verifier, ConditionStrides));
            Broadcast.Verify(verifier, TensorType.Int8);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            // The first four locals are the cheapest to read.
            int o;
            sbyte[] x = arena.Int8;
            int i;
            int j;
            int[] words = model.Words;
            int rows = words[record + Broadcast.Lengths + 3];
            int run = words[record + Broadcast.Lengths + 4];
            int step1 = words[record + Broadcast.Strides1 + 4];
            int step2 = words[record + Broadcast.Strides2 + 4];
            int step = words[record + ConditionStrides + 4];
            int back1 = words[record + Broadcast.Strides1 + 3] - (run * step1);
            int back2 = words[record + Broadcast.Strides2 + 3] - (run * step2);
            int back = words[record + ConditionStrides + 3] - (run * step);
            i = words[words[record + Broadcast.Input1] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides1, unit);
            j = words[words[record + Broadcast.Input2] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, Broadcast.Strides2, unit);
            int c = words[words[record + Condition] + BlobFormat.TensorOffset] + Broadcast.Start(words, record, ConditionStrides, unit);
            o = words[words[record + Record.Output] + BlobFormat.TensorOffset] + (unit * rows * run);
            for (int outputEnd = o + (rows * run); o < outputEnd; i += back1, j += back2, c += back)
            {
                for (int end = o + run; o < end; o++, i += step1, j += step2, c += step) x[o] = x[c] != 0 ? x[i] : x[j];
            }
        }
    }
}
