using System.Numerics;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>STRIDED_SLICE: input, first indexes, ends, strides; options: masks, one bit an index, and whether ends count from the first indexes.</summary>
internal static class StridedSlice
{
    private const int BeginMask = 0;
    private const int EndMask = 1;
    private const int EllipsisMask = 2;
    private const int NewAxisMask = 3;
    private const int ShrinkAxisMask = 4;
    private const int EndIsOffset = 5;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int[] begin = op.ConstantInts(1), end = op.ConstantInts(2), strides = op.ConstantInts(3);
        if (begin.Length != end.Length || begin.Length != strides.Length) throw op.Refuse($"it has {begin.Length} first indexes, {end.Length} ends and {strides.Length} strides");
        if (begin.Length > 32) throw op.Refuse($"its {begin.Length} indexes are more than its masks have bits");
        if (strides.Contains(0)) throw op.Refuse("a stride of 0 is not possible");

        int rank = input.Shape.Length;
        int ellipsis = op.Options.Int32(EllipsisMask), newAxis = op.Options.Int32(NewAxisMask);
        int named = Enumerable.Range(0, begin.Length).Count(i => !IsSet(ellipsis, i) && !IsSet(newAxis, i));
        if (named > rank || BitOperations.PopCount((uint)ellipsis) > 1) throw op.Refuse($"its {named} indexes do not fit an input of {rank} dimensions");

        List<Range> ranges = [];
        List<int> shape = [];
        for (int i = 0; i < begin.Length; i++)
        {
            if (IsSet(ellipsis, i))
            {
                for (int missing = rank - named; missing > 0; missing--) TakeWhole();
            }
            else if (IsSet(newAxis, i))
            {
                shape.Add(1);
            }
            else
            {
                ranges.Add(Along(op, i, input.Shape[ranges.Count], begin[i], end[i], strides[i]));
                if (!IsSet(op.Options.Int32(ShrinkAxisMask), i)) shape.Add(ranges[^1].Size);
            }
        }

        while (ranges.Count < rank) TakeWhole();
        return new Converter.Operators.Slice(
            input, [.. ranges.Select(r => r.Begin)], [.. ranges.Select(r => r.Size)], [.. ranges.Select(r => r.Stride)], op.Output(0, shape));

        void TakeWhole()
        {
            shape.Add(input.Shape[ranges.Count]);
            ranges.Add(Range.Whole(shape[^1]));
        }
    }

    /// <summary>The indexes along one dimension, as StartForAxis and StopForAxis of TensorFlow Lite (kernels/internal/strided_slice_logic) find them.</summary>
    private static Range Along(TfliteOperator op, int index, int length, int begin, int end, int stride)
    {
        // Going backwards, the place before the first element is -1.
        int lowest = stride > 0 ? 0 : -1, highest = stride > 0 ? length : length - 1;
        int FromEnd(long position) => (int)Math.Clamp(position < 0 ? position + length : position, lowest, highest);

        int first = IsSet(op.Options.Int32(BeginMask), index) ? (stride > 0 ? 0 : highest) : FromEnd(begin);
        if (IsSet(op.Options.Int32(ShrinkAxisMask), index)) return new Range(first, 1, 1);

        long offset = op.Options.Bool(EndIsOffset) ? first : 0;
        int last = IsSet(op.Options.Int32(EndMask), index) ? (stride > 0 ? highest : lowest) : FromEnd(end + offset);
        long distance = stride > 0 ? (long)last - first : (long)first - last;
        long step = Math.Abs((long)stride);
        return new Range(first, (int)Math.Max(0, (distance + step - 1) / step), stride);
    }

    private static bool IsSet(int mask, int index) => (mask >> index & 1) != 0;

    private readonly record struct Range(int Begin, int Size, int Stride)
    {
        public static Range Whole(int length) => new(0, length, 1);
    }
}
