using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class MirrorPadTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([3], [1, 2, 3]);
        Assert.Equal([3, 2, 1, 2, 3, 2], Run(x, [2], [1], reflect: true, ElementType.Int8));
        Assert.Equal([2, 1, 1, 2, 3, 3], Run(x, [2], [1], reflect: false, ElementType.Int8));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4, longest: 5)
         from reflect in Gen.Bool
         from before in Gen.Int[0, 4].Array[shape.Length]
         from after in Gen.Int[0, 4].Array[shape.Length]
         from type in Movement.AnyType
         select (shape, reflect, before, after, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                int[] Fit(int[] border) => [.. border.Select((n, d) => Math.Min(n, s.shape[d] - (s.reflect ? 1 : 0)))];
                int[] before = Fit(s.before), after = Fit(s.after);
                Assert.Equal(RearrangementOracle.MirrorPad(x, before, after, s.reflect).Values, Run(x, before, after, s.reflect, s.type));
            },
            iter: 300);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [3]);
        Refusal.Demand("can mirror", new MirrorPad(input, [3], [0], true, Movement.Tensor("output", ElementType.Int8, [6])));
        Refusal.Demand("can mirror", new MirrorPad(input, [-1], [0], false, Movement.Tensor("output", ElementType.Int8, [2])));
        Refusal.Demand("its input 1", new MirrorPad(input, [1, 1], [0, 0], true, Movement.Tensor("output", ElementType.Int8, [4])));
        Refusal.Demand("does not follow", new MirrorPad(input, [1], [0], true, Movement.Tensor("output", ElementType.Int8, [5])));
        Refusal.Demand("different scales", new MirrorPad(input, [1], [0], true, Movement.Tensor("output", ElementType.Int8, [4], scale: 2)));
    }

    private static int[] Run(NestedArray x, int[] before, int[] after, bool reflect, ElementType type) =>
        Movement.Run(
            new MirrorPad(Movement.Tensor("input", type, x.Shape), before, after, reflect, Movement.Tensor("output", type, [.. x.Shape.Select((n, d) => before[d] + n + after[d])])),
            x)[0];
}
