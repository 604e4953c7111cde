namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Integers of one width, scale and zero point to integers of another:
    /// output[i] = clamp(requantize(input[i] - input zero point) + output zero point).
    /// </summary>
    /// <remarks>
    /// 8 (signed or unsigned), 16 and 32 bits in every combination, element by element. The formula is Requantize of TensorFlow
    /// Lite (kernels/internal/reference/requantize.h); a result beyond 32 bits is clamped, where the reference leaves it undefined.
    /// </remarks>
    public sealed class Requantize : Kernel
    {
        /// <summary>Field: the input tensor.</summary>
        public const int Input = Record.Fields;

        /// <summary>Field: elements.</summary>
        public const int Count = Record.Fields + 1;

        /// <summary>Field: input zero point, -32768 to 32767.</summary>
        public const int InputZeroPoint = Record.Fields + 2;

        /// <summary>Field: multiplier of the ratio of the scales.</summary>
        public const int Multiplier = Record.Fields + 3;

        /// <summary>Field: shift of the ratio of the scales.</summary>
        public const int Shift = Record.Fields + 4;

        /// <summary>Field: output zero point, -32768 to 32767.</summary>
        public const int OutputZeroPoint = Record.Fields + 5;

        /// <summary>Field: smallest output; with both limits those of 32 bits, results lose the bits that the output has no place for.</summary>
        public const int Min = Record.Fields + 6;

        /// <summary>Field: largest output.</summary>
        public const int Max = Record.Fields + 7;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 8;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "Requantize"; }
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int count = verifier.Range(Count, "count", 1, int.MaxValue);
            verifier.Range(InputZeroPoint, "input zero point", short.MinValue, short.MaxValue);
            verifier.Range(OutputZeroPoint, "output zero point", short.MinValue, short.MaxValue);
            Channel.VerifyScale(verifier, Multiplier, Shift);
            TensorType source = verifier.TypeOf(Input, "input");
            TensorType target = verifier.TypeOf(Record.Output, "output");
            if (source > TensorType.Int32) verifier.Fail("input", Input, "it must be of 8, 16 or 32-bit integers");
            if (target > TensorType.Int32) verifier.Fail("output", Record.Output, "it must be of 8, 16 or 32-bit integers");
            int low = target == TensorType.Int8 ? sbyte.MinValue : target == TensorType.UInt8 ? 0 : target == TensorType.Int16 ? short.MinValue : int.MinValue;
            int high = target == TensorType.Int8 ? sbyte.MaxValue : target == TensorType.UInt8 ? byte.MaxValue : target == TensorType.Int16 ? short.MaxValue : int.MaxValue;
            bool wraps = verifier.Word(Min) == int.MinValue && verifier.Word(Max) == int.MaxValue;
            if (!wraps)
            {
                low = verifier.Range(Min, "min", low, high);
                verifier.Range(Max, "max", low, high);
            }

            verifier.Read(Input, "input", source, count);
            verifier.WriteInPlace(target, count, Input);
            verifier.Units(1, count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int inputEntry = words[record + Input];
            int outputEntry = words[record + Record.Output];
            TensorType source = BlobFormat.TypeOf(words, inputEntry);
            TensorType target = BlobFormat.TypeOf(words, outputEntry);
            sbyte[] x8 = source < TensorType.Int16 ? arena.Int8 : null;
            short[] x16 = source == TensorType.Int16 ? arena.Int16 : null;
            int[] x32 = arena.Int32;
            sbyte[] y8 = target < TensorType.Int16 ? arena.Int8 : null;
            short[] y16 = target == TensorType.Int16 ? arena.Int16 : null;
            int[] y32 = arena.Int32;
            int mask = source == TensorType.UInt8 ? byte.MaxValue : -1;
            long inputZeroPoint = words[record + InputZeroPoint];
            long multiplier = words[record + Multiplier];
            int shift = words[record + Shift];
            long rounding = Channel.Rounding(shift);
            long threshold = Channel.Threshold(shift);
            long negativeStep = Channel.NegativeStep(shift);
            int zeroPoint = words[record + OutputZeroPoint];
            int min = words[record + Min];
            int max = words[record + Max];
            int o = words[outputEntry + BlobFormat.TensorOffset];
            int i = words[inputEntry + BlobFormat.TensorOffset];
            for (int end = i + words[record + Count]; i < end; i++, o++)
            {
                int x = x8 != null ? x8[i] & mask : x16 != null ? x16[i] : x32[i];
                long scaled = ((x - inputZeroPoint) * multiplier) + rounding;
                if (scaled < threshold) scaled -= negativeStep;
                scaled = (scaled >> shift) + zeroPoint;
                if (scaled < min) scaled = min;
                if (scaled > max) scaled = max;
                if (y8 != null) y8[o] = (sbyte)scaled;
                else if (y16 != null) y16[o] = (short)scaled;
                else y32[o] = (int)scaled;
            }
        }
    }
}
