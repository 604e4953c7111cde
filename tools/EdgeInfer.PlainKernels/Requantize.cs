using Layout = EdgeInfer.Kernels.Requantize;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Integers of one width, scale and zero point to integers of another.</summary>
    public sealed class Requantize : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int inputEntry = words[record + Layout.Input];
            int outputEntry = words[record + Record.Output];
            TensorType source = BlobFormat.TypeOf(words, inputEntry);
            TensorType target = BlobFormat.TypeOf(words, outputEntry);
            int input = words[inputEntry + BlobFormat.TensorOffset];
            int output = words[outputEntry + BlobFormat.TensorOffset];
            int count = words[record + Layout.Count];
            int inputZeroPoint = words[record + Layout.InputZeroPoint];
            int outputZeroPoint = words[record + Layout.OutputZeroPoint];
            int multiplier = words[record + Layout.Multiplier];
            int shift = words[record + Layout.Shift];
            int min = words[record + Layout.Min];
            int max = words[record + Layout.Max];
            sbyte[] int8 = arena.Int8;
            short[] int16 = arena.Int16;
            int[] int32 = arena.Int32;
            for (int i = 0; i < count; i++)
            {
                int x;
                if (source == TensorType.Int8) x = int8[input + i];
                else if (source == TensorType.UInt8) x = int8[input + i] & byte.MaxValue;
                else if (source == TensorType.Int16) x = int16[input + i];
                else x = int32[input + i];

                int value = Gemmlowp.Requantize(x - inputZeroPoint, multiplier, shift) + outputZeroPoint;
                if (value < min) value = min;
                if (value > max) value = max;
                if (target == TensorType.Int16) int16[output + i] = (short)value;
                else if (target == TensorType.Int32) int32[output + i] = value;
                else int8[output + i] = (sbyte)value;
            }
        }
    }
}
