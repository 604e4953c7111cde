using CsCheck;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Tflite;

/// <summary>STRIDED_SLICE: its masks and negative numbers, from the file to the result.</summary>
public sealed class StridedSliceImportTests
{
    private const int BeginMask = 0;
    private const int EndMask = 1;
    private const int EllipsisMask = 2;
    private const int NewAxisMask = 3;
    private const int ShrinkAxisMask = 4;
    private const int EndIsOffset = 5;

    private static readonly int[] Digits = [.. Enumerable.Range(0, 24)];

    [Fact]
    public void Bounds_from_the_end() => Check([20, 21], [2, 3, 4], [-1, -1, 0], [2, 3, -2], [1, 1, 1], [1, 1, 2]);

    [Fact]
    public void Backwards_through_everything() => Check([.. Digits.Reverse()], [2, 3, 4], [9, 9, 9], [-99, -99, -99], [-1, -1, -1], [2, 3, 4]);

    [Fact]
    public void Left_out_bounds() => Check([1, 3, 13, 15], [2, 3, 4], [1, 0, 1], [0, 1, 0], [1, 1, 2], [2, 1, 2], new() { [BeginMask] = 1, [EndMask] = 5 });

    [Fact]
    public void Left_out_bounds_backwards() => Check([3, 2, 1, 0], [2, 3, 4], [0, 0, 1], [1, 1, 1], [1, 1, -1], [1, 1, 4], new() { [BeginMask] = 4, [EndMask] = 4 });

    [Fact]
    public void An_index_alone_takes_its_dimension_away() => Check([8, 9, 10, 11], [2, 3, 4], [0, -1, 0], [1, 0, 4], [1, 1, 1], [1, 4], new() { [ShrinkAxisMask] = 2 });

    [Fact]
    public void Ellipsis() => Check([1, 5, 9], [2, 3, 4], [0, 0, 1], [1, 0, 2], [1, 1, 1], [1, 3, 1], new() { [EllipsisMask] = 2 });

    [Fact]
    public void An_ellipsis_may_stand_for_nothing() => Check([4, 5], [2, 3, 4], [0, 0, 1, 0], [1, 0, 2, 2], [1, 1, 1, 1], [1, 1, 2], new() { [EllipsisMask] = 2 });

    [Fact]
    public void New_dimensions() => Check([12, 13, 14, 15], [2, 3, 4], [0, 1, 0], [0, 2, 1], [1, 1, 1], [1, 1, 1, 4], new() { [NewAxisMask] = 1 });

    [Fact]
    public void Fewer_indexes_than_dimensions() => Check([.. Digits[12..]], [2, 3, 4], [1], [2], [1], [1, 3, 4]);

    [Fact]
    public void Ends_that_count_from_the_beginning() => Check([2, 3], [2, 3, 4], [0, 0, 2], [1, 1, 2], [1, 1, 1], [1, 1, 2], new() { [EndIsOffset] = true });

    [Fact]
    public void Agrees_with_python() =>
        (from shape in Gen.Int[1, 6].Array[1, 4]
         from bounds in Gen.Select(Gen.Int[-9, 9], Gen.Int[-9, 9], Gen.Int[1, 3], Gen.Bool).Array[shape.Length]
         from beginMask in Gen.Int[0, 15]
         from endMask in Gen.Int[0, 15]
         select (shape, bounds, beginMask, endMask))
        .Sample(
            s =>
            {
                int?[] begin = [.. s.bounds.Select((b, d) => (s.beginMask >> d & 1) != 0 ? (int?)null : b.Item1)];
                int?[] end = [.. s.bounds.Select((b, d) => (s.endMask >> d & 1) != 0 ? (int?)null : b.Item2)];
                int[] strides = [.. s.bounds.Select(b => b.Item4 ? -b.Item3 : b.Item3)];
                int[][] indexes = [.. s.shape.Select((n, d) => SliceOracle.Indexes(n, begin[d], end[d], strides[d]))];
                int[] output = [.. indexes.Select(list => list.Length)];
                if (output.Contains(0)) return;

                NestedArray x = Movement.Numbers(s.shape);
                int[] values = Run(
                    x, output, [.. s.bounds.Select(b => b.Item1)], [.. s.bounds.Select(b => b.Item2)], strides, new() { [BeginMask] = s.beginMask, [EndMask] = s.endMask });
                Assert.Equal(SliceOracle.Run(x, indexes).Values, values);
            },
            iter: 3000);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refused("a stride of 0", [2], [0], [1], [0]);
        Refused("2 first indexes, 1 ends and 1 strides", [2], [0, 0], [1], [1]);
        Refused("its 2 indexes do not fit an input of 1 dimensions", [2], [0, 0], [1, 1], [1, 1]);
        Refused("the shape [1] of its output 'output' does not follow from its operands and options, which make [0]", [2], [1], [1], [1]);
        Refused("1 elements from 2 on", [2, 1], [2], [3], [1], new() { [ShrinkAxisMask] = 1 });
    }

    private static void Check(
        int[] expected, int[] shape, int[] begin, int[] end, int[] strides, int[] output, TfliteBuilder.Options? options = null) =>
        Assert.Equal(expected, Run(new NestedArray(shape, Digits), output, begin, end, strides, options));

    private static void Refused(string reason, int[] shape, int[] begin, int[] end, int[] strides, TfliteBuilder.Options? options = null)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => Run(Movement.Numbers(shape), [1], begin, end, strides, options));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static int[] Run(NestedArray x, int[] output, int[] begin, int[] end, int[] strides, TfliteBuilder.Options? options)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("input", x.Shape), result = main.Activation("output", output);
        int Ints(string name, int[] values) => main.Constant<int>(name, ElementType.Int32, [values.Length], values);
        main.Add("STRIDED_SLICE", [input, Ints("begin", begin), Ints("end", end), Ints("strides", strides)], [result], options, version: 2);
        main.Inputs.Add(input);
        main.Outputs.Add(result);
        return GraphRunner.For(TfliteImporter.Import(builder.Build(), "test.tflite")).Run(x.Values);
    }
}
