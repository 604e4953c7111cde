using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Copy;

namespace EdgeInfer.Tests.Operators;

public class TransposeTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("transpose");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("transpose", name);
        int rank = golden["perm_size"];
        int[] permutation = golden.List("perm")[..rank];
        NestedArray x = new(golden.List("in_dim")[..rank], golden.Integers("input"));

        Assert.Equal(golden.Integers("output"), Run(x, permutation, ElementType.Int8));
    }

    [Fact]
    public void A_literal_example() =>
        Assert.Equal([1, 4, 2, 5, 3, 6], Run(new NestedArray([2, 3], [1, 2, 3, 4, 5, 6]), [1, 0], ElementType.Int8));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 5)
         from permutation in Gen.Shuffle(Enumerable.Range(0, shape.Length).ToArray())
         from type in Movement.AnyType
         select (shape, permutation, type))
        .Sample(
            s =>
            {
                NestedArray x = Movement.Numbers(s.shape);
                Assert.Equal(TransposeOracle.Run(x, s.permutation).Values, Run(x, s.permutation, s.type));
            },
            iter: 800);

    [Fact]
    public void More_dimensions_than_a_record_holds_take_several()
    {
        int[] permutation = [5, 3, 1, 4, 2, 0];
        NestedArray x = Movement.Numbers([2, 3, 4, 2, 3, 2]);

        Assert.Equal(TransposeOracle.Run(x, permutation).Values, Run(x, permutation, ElementType.Int8));
    }

    [Fact]
    public void Neighbours_that_stay_together_are_moved_as_one()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [1, 2, 3, 4, 5]), output = Movement.Tensor("output", ElementType.Int8, [1, 3, 2, 4, 5]);
        PackedRecord record = GraphRunner.For(new Transpose(input, [0, 2, 1, 3, 4], output)).Result.Packer.MainProgram.Single();

        Assert.Equal(20, record[Layout.RunLength]);
        Assert.Equal([1, 1, 3, 2], Enumerable.Range(Layout.Lengths, Layout.Dimensions).Select(field => record[field]));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Movement.Tensor("input", ElementType.Int8, [2, 3]);
        Refusal.Demand("not a permutation", new Transpose(input, [0, 0], Movement.Tensor("output", ElementType.Int8, [2, 2])));
        Refusal.Demand("not a permutation", new Transpose(input, [0], Movement.Tensor("output", ElementType.Int8, [2])));
        Refusal.Demand("does not follow", new Transpose(input, [1, 0], Movement.Tensor("output", ElementType.Int8, [2, 3])));
        Refusal.Demand("different scales", new Transpose(input, [1, 0], Movement.Tensor("output", ElementType.Int8, [3, 2], scale: 0.25f)));
        Refusal.Demand("is Int16, but", new Transpose(input, [1, 0], Movement.Tensor("output", ElementType.Int16, [3, 2])));
        Refusal.Demand("is Int64, supported is", new Transpose(Movement.Tensor("wide", ElementType.Int64, [2, 3]), [1, 0], Movement.Tensor("output", ElementType.Int64, [3, 2])));
    }

    private static int[] Run(NestedArray x, int[] permutation, ElementType type) =>
        Movement.Run(
            new Transpose(Movement.Tensor("input", type, x.Shape), permutation, Movement.Tensor("output", type, [.. permutation.Select(d => x.Shape[d])])), x)[0];
}
