using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Slices of a tensor that computed indexes ask for: output[b, o, i] = input[b, o, clamp(sum over d of index[b, i, d] * stride[d], 0, length - 1)].
    /// A slice that is out of range, where the reference stops with an error or reads other memory, counts as the nearest that is not.
    /// </summary>
    /// <remarks>
    /// Input [batches, outer, length, inner], of any type, or int8 constants of the blob, which need no place in the arena; indexes
    /// [batches, count, depth]; output [batches, outer, count, inner]. A unit is one pair of batch and outer. The references are Gather and GatherNd of
    /// tflite-micro (micro/kernels/gather.cc, gather_nd.cc).
    /// </remarks>
    public sealed class GatherRows : Kernel
    {
        /// <summary>Field: the input tensor, or <see cref="Record.None"/> where it is constant.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: the input in the bytes section where it is constant, else -1.</summary>
        public const int Table = Record.Fields + 1;

        /// <summary>Field: the indexes, int32.</summary>
        public const int Indexes = Record.Fields + 2;

        /// <summary>Field: batches, each of which has indexes of its own.</summary>
        public const int Batches = Record.Fields + 3;

        /// <summary>Field: slices of a batch from which the same indexes choose.</summary>
        public const int Outer = Record.Fields + 4;

        /// <summary>Field: what there is to choose from.</summary>
        public const int Length = Record.Fields + 5;

        /// <summary>Field: indexes of a batch.</summary>
        public const int Count = Record.Fields + 6;

        /// <summary>Field: elements that an index stands for.</summary>
        public const int Inner = Record.Fields + 7;

        /// <summary>Field: indexes that together stand for a slice.</summary>
        public const int Depth = Record.Fields + 8;

        /// <summary>Field: table in the words section: the slices by which each of them counts.</summary>
        public const int Strides = Record.Fields + 9;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 10;

        private const int LargestDepth = 8;

        private const int LargestStride = 1 << 24;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "GatherRows"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int batches = verifier.Range(Batches, "batches", 1, int.MaxValue);
            int units = verifier.Product(batches, verifier.Range(Outer, "outer", 1, int.MaxValue));
            int inner = verifier.Range(Inner, "inner", 1, int.MaxValue);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            int source = verifier.Product(units, verifier.Product(verifier.Range(Length, "length", 1, int.MaxValue), inner));
            int outputs = verifier.Product(units, verifier.Product(count, inner));
            verifier.Units(units, outputs);
            TensorType type = verifier.DataTypeOf(Record.Output, "output");
            if (verifier.Word(Input) == Record.None)
            {
                if (type != TensorType.Int8) verifier.Fail("output", Record.Output, "slices of constants are int8");
                verifier.Bytes(Table, "table", source);
            }
            else
            {
                verifier.Range(Table, "table", Record.None, Record.None);
                verifier.Read(Input, "input", type, source);
            }

            int depth = verifier.Range(Depth, "depth", 1, LargestDepth);
            verifier.TableRange("stride", verifier.Table(Strides, "strides", depth), 1, depth, 1, LargestStride);
            verifier.Read(Indexes, "indexes", TensorType.Int32, verifier.Product(batches, verifier.Product(count, depth)));
            verifier.Write(type, outputs);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int[] indexes = arena.Int32;
            int length = words[record + Length];
            int count = words[record + Count];
            int inner = words[record + Inner];
            int entry = words[record + Record.Output];
            int o = words[entry + BlobFormat.TensorOffset] + (unit * count * inner);
            int depth = words[record + Depth];
            int strides = words[record + Strides];
            int index = words[words[record + Indexes] + BlobFormat.TensorOffset] + (unit / words[record + Outer] * count * depth);
            int table = words[record + Table];
            int first = unit * length * inner;
            Array elements = null;
            if (table == Record.None)
            {
                first += words[words[record + Input] + BlobFormat.TensorOffset];
                TensorType type = BlobFormat.TypeOf(words, entry);
                if (type < TensorType.Int16) elements = arena.Int8;
                else if (type == TensorType.Int16) elements = arena.Int16;
                else if (type == TensorType.Int32) elements = arena.Int32;
                else elements = arena.Float32;
            }
            else
            {
                first += model.BytesStart + table;
            }

            for (int end = o + (count * inner); o < end; o += inner)
            {
                long slice = 0;
                for (int d = 0; d < depth; d++, index++) slice += (long)indexes[index] * words[strides + d];
                if (slice < 0) slice = 0;
                if (slice >= length) slice = length - 1;
                int row = (int)slice;
                if (elements != null) Array.Copy(elements, first + (row * inner), elements, o, inner);
                else Load(model.Bytes, first + (row * inner), arena.Int8, o, o + inner);
            }
        }

        private static void Load(byte[] bytes, int i, sbyte[] x, int o, int end)
        {
            for (; o < end; o++, i++) x[o] = (sbyte)(bytes[i] ^ 128);
        }
    }
}
