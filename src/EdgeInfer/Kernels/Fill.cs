namespace EdgeInfer.Kernels
{
    /// <summary>Writes one value to a whole tensor: a state at reset, or the border that padding leaves.</summary>
    /// <remarks>A unit is <see cref="UnitLength"/> elements.</remarks>
    public sealed class Fill : Kernel
    {
        /// <summary>Field: elements to write.</summary>
        public const int Count = Record.Fields;

        /// <summary>Field: the value; for floats its bits.</summary>
        public const int Value = Record.Fields + 1;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 2;

        /// <summary>Elements of a unit; the last one may be shorter.</summary>
        public const int UnitLength = 4096;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Fill"; }
        }

        /// <summary>Number of units that a tensor takes.</summary>
        /// <param name="count">Its elements.</param>
        /// <returns>One or more.</returns>
        public static int UnitsOf(int count)
        {
            return ((count - 1) / UnitLength) + 1;
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            TensorType type = verifier.DataTypeOf(Record.Output, "output");
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            verifier.Write(type, count);
            verifier.Units(UnitsOf(count), count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int entry = words[record + Record.Output];
            int first = unit * UnitLength;
            int count = words[record + Count] - first;
            if (count > UnitLength) count = UnitLength;
            int i = words[entry + BlobFormat.TensorOffset] + first;
            int end = i + count;
            int value = words[record + Value];
            switch (BlobFormat.TypeOf(words, entry))
            {
                case TensorType.Int8:
                case TensorType.UInt8:
                    sbyte[] bytes = arena.Int8;
                    for (; i < end; i++) bytes[i] = (sbyte)value;
                    break;
                case TensorType.Int16:
                    short[] halves = arena.Int16;
                    for (; i < end; i++) halves[i] = (short)value;
                    break;
                case TensorType.Int32:
                    int[] integers = arena.Int32;
                    for (; i < end; i++) integers[i] = value;
                    break;
                case TensorType.Float32:
                    float[] floats = arena.Float32;
                    float real = FloatBits.ToSingle(value);
                    for (; i < end; i++) floats[i] = real;
                    break;
            }
        }
    }
}
