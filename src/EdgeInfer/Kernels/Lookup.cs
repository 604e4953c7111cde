namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Any function of one 8-bit number, by a table of 256 that the host has made: output[i] = table[input[i] + 128].
    /// Activations that could not be folded into the operator before them become this. Input and output are int8 or uint8;
    /// an unsigned number counts as the signed one of the same bits.
    /// </summary>
    public sealed class Lookup : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: the table in the bytes section, for the inputs -128 to 127.</summary>
        public const int Table = Record.Fields + 1;

        /// <summary>Field: elements.</summary>
        public const int Count = Record.Fields + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 3;

        private const int TableLength = 256;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Lookup"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            verifier.Bytes(Table, "table", TableLength);
            verifier.Read(Input, "input", ByteType(verifier, Input, "input"), count);
            verifier.WriteInPlace(ByteType(verifier, Record.Output, "output"), count, Input);
            verifier.Units(1, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            byte[] bytes = model.Bytes;
            int zero = model.BytesStart + words[record + Table] + 128;
            int i = words[words[record + Input] + BlobFormat.TensorOffset];
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int end = i + words[record + Count];
            for (int quads = end - 3; i < quads; i += 4, o += 4)
            {
                x[o] = (sbyte)(bytes[zero + x[i]] ^ 128);
                x[o + 1] = (sbyte)(bytes[zero + x[i + 1]] ^ 128);
                x[o + 2] = (sbyte)(bytes[zero + x[i + 2]] ^ 128);
                x[o + 3] = (sbyte)(bytes[zero + x[i + 3]] ^ 128);
            }

            for (; i < end; i++, o++) x[o] = (sbyte)(bytes[zero + x[i]] ^ 128);
        }

        private static TensorType ByteType(Verifier verifier, int field, string name)
        {
            TensorType type = verifier.TypeOf(field, name);
            if (type > TensorType.UInt8) verifier.Fail(name, field, "it must be int8 or uint8");
            return type;
        }
    }
}
