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

    [Fact]
    public void Refuses_what_could_lose_something()
    {
        Refusal.Demand("can lose", new Cast(Tensor("input", ElementType.Int16), Tensor("output", ElementType.Int8)));
        Refusal.Demand("can lose", new Cast(Tensor("input", ElementType.Int8), Tensor("output", ElementType.UInt8)));
        Refusal.Demand("can lose", new Cast(Tensor("input", ElementType.Int32), Tensor("output", ElementType.Float32)));
        Refusal.Demand("from Float32 to Int32 is not supported", new Cast(Tensor("input", ElementType.Float32), Tensor("output", ElementType.Int32)));
        Refusal.Demand("does not follow", new Cast(Tensor("input", ElementType.Int8), new GraphTensor("output", ElementType.Int32, [4])));
    }

    private static GraphTensor Tensor(string name, ElementType type) => new(name, type, [5]);
}
