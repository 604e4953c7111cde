using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class CastTests
{
    [Theory]
    [InlineData(ElementType.Int8, ElementType.Int16, -128, 127)]
    [InlineData(ElementType.Int8, ElementType.Int32, -128, 127)]
    [InlineData(ElementType.UInt8, ElementType.Int16, 0, 255)]
    [InlineData(ElementType.UInt8, ElementType.Float32, 0, 255)]
    [InlineData(ElementType.Int16, ElementType.Int32, -32768, 32767)]
    [InlineData(ElementType.Int16, ElementType.Float32, -32768, 32767)]
    [InlineData(ElementType.Int32, ElementType.Int32, int.MinValue, int.MaxValue)]
    [InlineData(ElementType.Bool, ElementType.Int8, 0, 1)]
    [InlineData(ElementType.Bool, ElementType.UInt8, 0, 1)]
    public void Keeps_every_number(ElementType from, ElementType to, int min, int max)
    {
        int[] values = [min, max, 0, 1, (min / 2) + (max / 2)];
        Assert.Equal(values, Movement.Run(new Cast(Tensor("input", from), Tensor("output", to)), new NestedArray([5], values))[0]);
    }

    [Theory]
    [InlineData(ElementType.Int32, ElementType.Int8, new[] { 300, -129, int.MinValue, int.MaxValue, 127 }, new[] { 44, 127, 0, -1, 127 })]
    [InlineData(ElementType.Int32, ElementType.Int16, new[] { 70000, -32769, int.MinValue, int.MaxValue, -5 }, new[] { 4464, 32767, 0, -1, -5 })]
    [InlineData(ElementType.Int16, ElementType.Int8, new[] { 300, -129, -32768, 32767, -5 }, new[] { 44, 127, 0, -1, -5 })]
    [InlineData(ElementType.Int16, ElementType.UInt8, new[] { 300, -129, -32768, 32767, -5 }, new[] { 44, 127, 0, 255, 251 })]
    [InlineData(ElementType.Int8, ElementType.UInt8, new[] { -128, -1, 0, 1, 127 }, new[] { 128, 255, 0, 1, 127 })]
    [InlineData(ElementType.UInt8, ElementType.Int8, new[] { 128, 255, 0, 1, 127 }, new[] { -128, -1, 0, 1, 127 })]
    [InlineData(ElementType.Int32, ElementType.UInt8, new[] { 128, -255, 256, int.MinValue, int.MaxValue }, new[] { 128, 1, 0, 0, 255 })]
    public void Keeps_the_bits_for_which_there_is_a_place(ElementType from, ElementType to, int[] values, int[] expected) =>
        Assert.Equal(expected, Movement.Run(new Cast(Tensor("input", from), Tensor("output", to)), new NestedArray([5], values))[0]);

    [Theory]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int8)]
    public void Is_true_where_the_number_is_not_zero(ElementType from) =>
        Assert.Equal([1, 0, 1, 0, 1], Movement.Run(new Cast(Tensor("input", from), Tensor("output", ElementType.Bool)), new NestedArray([5], [-128, 0, 1, 0, 127]))[0]);

    [Fact]
    public void Refuses_what_no_kernel_does()
    {
        Refusal.Demand("from Int16 to Bool is not supported", new Cast(Tensor("input", ElementType.Int16), Tensor("output", ElementType.Bool)));
        Refusal.Demand("from Int32 to Float32 is not supported", new Cast(Tensor("input", ElementType.Int32), Tensor("output", ElementType.Float32)));
        Refusal.Demand("from Float32 to Int32 is not supported", new Cast(Tensor("input", ElementType.Float32), Tensor("output", ElementType.Int32)));
        Refusal.Demand("does not follow", new Cast(Tensor("input", ElementType.Int8), new GraphTensor("output", ElementType.Int32, [4])));
    }

    private static GraphTensor Tensor(string name, ElementType type) => new(name, type, [5]);
}
