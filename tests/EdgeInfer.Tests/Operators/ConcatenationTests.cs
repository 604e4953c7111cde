using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class ConcatenationTests
{
    [Fact]
    public void A_literal_example() =>
        Assert.Equal(
            [1, 2, 5, 3, 4, 6],
            Run([new NestedArray([2, 2], [1, 2, 3, 4]), new NestedArray([2, 1], [5, 6])], 1, ElementType.Int8));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5, longest: 4)
         from axis in Gen.Int[0, shape.Length - 1]
         from lengths in Gen.Int[1, 4].Array[1, 5]
         from type in Movement.AnyType
         select (shape, axis, lengths, type))
        .Sample(
            s =>
            {
                NestedArray[] parts =
                [
                    .. s.lengths.Select((length, i) => Movement.Numbers([.. s.shape.Select((n, d) => d == s.axis ? length : n)], seed: 50 * i)),
                ];
                Assert.Equal(ConcatenationOracle.Join(parts, s.axis).Values, Run(parts, s.axis, s.type));
            },
            iter: 800);

    [Fact]
    public void A_tensor_may_come_twice_and_a_constant_too()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [1, 2]);
        GraphTensor constant = new("constant", ElementType.Int8, [1, 3]) { Data = [9, 8, 7], Quantization = input.Quantization };
        GraphTensor output = Movement.Tensor("output", ElementType.Int8, [1, 7]);

        Assert.Equal([1, 2, 9, 8, 7, 1, 2], Movement.Run(new Concatenation([input, constant, input], 1, output, FusedActivation.None), new NestedArray([1, 2], [1, 2]))[0]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Movement.Tensor("a", ElementType.Int8, [2, 3]), b = Movement.Tensor("b", ElementType.Int8, [2, 4]);
        GraphTensor output = Movement.Tensor("output", ElementType.Int8, [2, 7]);
        Refusal.Demand("Relu", new Concatenation([a, b], 1, output, FusedActivation.Relu));
        Refusal.Demand("no dimension 2", new Concatenation([a, b], 2, output, FusedActivation.None));
        Refusal.Demand("does not fit the output", new Concatenation([a, b], 0, output, FusedActivation.None));
        Refusal.Demand("together have 6", new Concatenation([a, a], 1, output, FusedActivation.None));
        Refusal.Demand("different scales", new Concatenation([a, Movement.Tensor("b", ElementType.Int8, [2, 4], scale: 0.25f)], 1, output, FusedActivation.None));
    }

    private static int[] Run(NestedArray[] parts, int axis, ElementType type)
    {
        GraphTensor[] inputs = [.. parts.Select((p, i) => Movement.Tensor($"input {i}", type, p.Shape))];
        GraphTensor output = Movement.Tensor("output", type, ConcatenationOracle.Join(parts, axis).Shape);
        return Movement.Run(new Concatenation(inputs, axis, output, FusedActivation.None), parts)[0];
    }
}
