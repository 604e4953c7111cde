namespace EdgeInfer.Kernels
{
    /// <summary>Integer to float at the edge of a graph: output[i] = scale * (input[i] - zero point).</summary>
    /// <remarks>
    /// From int8, uint8 or int16. Dequantize of TensorFlow Lite (kernels/internal/reference/dequantize.h) multiplies in double
    /// precision and rounds once; the difference fits single precision exactly, so that a single precision product is the same number.
    /// </remarks>
    public sealed class Dequantize : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: elements.</summary>
        public const int Count = Record.Fields + 1;

        /// <summary>Field: mantissa of the input's <see cref="FloatScale"/>.</summary>
        public const int ScaleMantissa = Record.Fields + 2;

        /// <summary>Field: shift of the input's <see cref="FloatScale"/>.</summary>
        public const int ScaleShift = Record.Fields + 3;

        /// <summary>Field: input zero point, -32768 to 32767.</summary>
        public const int ZeroPoint = Record.Fields + 4;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 5;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Dequantize"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            FloatScale.Verify(verifier, ScaleMantissa, ScaleShift);
            verifier.Range(ZeroPoint, "zero point", short.MinValue, short.MaxValue);
            TensorType type = verifier.TypeOf(Input, "input");
            if (type > TensorType.Int16) verifier.Fail("input", Input, "it must be int8, uint8 or int16");
            verifier.Read(Input, "input", type, count);
            verifier.Write(TensorType.Float32, count);
            verifier.Units(1, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            float[] y = arena.Float32;
            int entry = words[record + Input];
            TensorType type = BlobFormat.TypeOf(words, entry);
            sbyte[] x8 = type == TensorType.Int16 ? null : arena.Int8;
            short[] x16 = arena.Int16;
            int mask = type == TensorType.UInt8 ? byte.MaxValue : -1;
            float scale = FloatScale.Read(words[record + ScaleMantissa], words[record + ScaleShift]);
            int zeroPoint = words[record + ZeroPoint];
            int o = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int i = words[entry + BlobFormat.TensorOffset];
            for (int end = i + words[record + Count]; i < end; i++, o++)
            {
                int difference = (x8 != null ? x8[i] & mask : x16[i]) - zeroPoint;
                y[o] = scale * difference;
            }
        }
    }
}
