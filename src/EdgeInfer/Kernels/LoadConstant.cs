using System;

namespace EdgeInfer.Kernels
{
    /// <summary>Writes a constant to a tensor of the arena, for operators whose operand is usually an activation.</summary>
    public sealed class LoadConstant : Kernel
    {
        /// <summary>Field: elements to write.</summary>
        public const int Count = Record.Fields;

        /// <summary>Field: the constant, in the section of the tensor's width.</summary>
        public const int Data = Record.Fields + 1;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 2;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "LoadConstant"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            TensorType type = verifier.DataTypeOf(Record.Output, "output");
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            switch (type)
            {
                case TensorType.Int8:
                case TensorType.UInt8:
                    verifier.Bytes(Data, "data", count);
                    break;
                case TensorType.Int16:
                    verifier.Halves(Data, "data", count);
                    break;
                default:
                    verifier.Table(Data, "data", count);
                    break;
            }

            verifier.Write(type, count);
            verifier.Units(1, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int entry = words[record + Record.Output];
            int i = words[entry + BlobFormat.TensorOffset];
            int count = words[record + Count];
            int source = words[record + Data];
            switch (BlobFormat.TypeOf(words, entry))
            {
                case TensorType.Int8:
                case TensorType.UInt8:
                    sbyte[] target = arena.Int8;
                    byte[] bytes = model.Bytes;
                    source += model.BytesStart;
                    for (int end = i + count; i < end; i++, source++) target[i] = (sbyte)(bytes[source] - 128);
                    break;
                case TensorType.Int16:
                    Array.Copy(model.Halves, source, arena.Int16, i, count);
                    break;
                case TensorType.Int32:
                    Array.Copy(words, source, arena.Int32, i, count);
                    break;
                case TensorType.Float32:
                    float[] floats = arena.Float32;
                    for (int end = i + count; i < end; i++, source++) floats[i] = FloatBits.ToSingle(words[source]);
                    break;
            }
        }
    }
}
