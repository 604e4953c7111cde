namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Float to integer at the edge of a graph: output[i] = clamp(round(input[i] / scale) + zero point), halves rounded away from zero.
    /// </summary>
    /// <remarks>
    /// To int8, uint8 or int16. The formula is AffineQuantize of TensorFlow Lite (kernels/internal/reference/quantize.h), its
    /// division in single precision included. What lies beyond the integers is clamped, infinities too; not-a-number
    /// becomes the smallest output.
    /// </remarks>
    public sealed class Quantize : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: elements.</summary>
        public const int Count = Record.Fields + 1;

        /// <summary>Field: mantissa of the output's <see cref="FloatScale"/>.</summary>
        public const int ScaleMantissa = Record.Fields + 2;

        /// <summary>Field: shift of the output's <see cref="FloatScale"/>.</summary>
        public const int ScaleShift = Record.Fields + 3;

        /// <summary>Field: output zero point, -32768 to 32767.</summary>
        public const int ZeroPoint = Record.Fields + 4;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 5;

        /// <summary>No zero point brings what is farther from zero back into 16 bits.</summary>
        private const float Beyond = 65536f;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Quantize"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            FloatScale.Verify(verifier, ScaleMantissa, ScaleShift);
            verifier.Range(ZeroPoint, "zero point", short.MinValue, short.MaxValue);
            TensorType type = verifier.TypeOf(Record.Output, "output");
            if (type > TensorType.Int16) verifier.Fail("output", Record.Output, "it must be int8, uint8 or int16");
            verifier.Read(Input, "input", TensorType.Float32, count);
            verifier.Write(type, count);
            verifier.Units(1, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            float[] x = arena.Float32;
            int entry = words[record + Record.Output];
            TensorType type = BlobFormat.TypeOf(words, entry);
            sbyte[] y8 = type == TensorType.Int16 ? null : arena.Int8;
            short[] y16 = arena.Int16;
            int min = type == TensorType.Int8 ? sbyte.MinValue : type == TensorType.UInt8 ? 0 : short.MinValue;
            int max = type == TensorType.Int8 ? sbyte.MaxValue : type == TensorType.UInt8 ? byte.MaxValue : short.MaxValue;
            float scale = FloatScale.Read(words[record + ScaleMantissa], words[record + ScaleShift]);
            int zeroPoint = words[record + ZeroPoint];
            int o = words[entry + BlobFormat.TensorOffset];
            int i = words[words[record + Input] + BlobFormat.TensorOffset];
            for (int end = i + words[record + Count]; i < end; i++, o++)
            {
                float real = (float)(x[i] / scale);
                if (!(real > -Beyond)) real = -Beyond;
                if (real > Beyond) real = Beyond;
                int value = (int)real;
                float rest = (float)(real - value);
                if (rest >= 0.5f) value++;
                if (rest <= -0.5f) value--;
                value += zeroPoint;
                if (value < min) value = min;
                if (value > max) value = max;
                if (y8 != null) y8[o] = (sbyte)value;
                else y16[o] = (short)value;
            }
        }
    }
}
