using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.ArgMax;

namespace EdgeInfer.Tests.Operators;

public class ArgMaxTests
{
    [Fact]
    public void Literal_examples()
    {
        NestedArray x = new([2, 3], [1, 7, 7, -128, 127, -128]);
        Assert.Equal([1, 1], Run(x, 1, largest: true));
        Assert.Equal([0, 0], Run(x, 1, largest: false));
        Assert.Equal([0, 1, 0], Run(x, 0, largest: true));
        Assert.Equal([1, 0, 1], Run(x, 0, largest: false));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from shape in Movement.Shapes(1, 4, longest: 9)
         from axis in Gen.Int[0, shape.Length - 1]
         from largest in Gen.Bool
         from keeps in Gen.Bool
         from range in Gen.OneOf(Gen.Const(2), Gen.Const(128))
         from seed in Gen.Int
         select (shape, axis, largest, keeps, range, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                NestedArray x = NestedArray.Make(s.shape, _ => random.Next(-s.range, s.range));
                int[] expected = ArgMaxOracle.Run(x, s.axis, s.largest).Values;
                GraphRunner runner = GraphRunner.For(Make(s.shape, s.axis, s.largest, s.keeps));
                Assert.Equal(expected, runner.Run(x.Values));
                Assert.Equal(expected, runner.RunInSteps(x.Values));
            },
            iter: 600);

    [Fact]
    public void Many_rows_are_divided_into_units()
    {
        Random random = new(3);
        NestedArray x = NestedArray.Make([2000, 5], _ => random.Next(-128, 128));
        GraphRunner runner = GraphRunner.For(Make(x.Shape, 1, largest: true, keeps: false));

        Assert.Equal(5, runner.Result.Packer.MainProgram.Single()[Record.Units]);
        Assert.Equal(ArgMaxOracle.Run(x, 1, largest: true).Values, runner.RunInSteps(x.Values));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [3, 2], 1, 0);
        Refusal.Demand("output_type=tf.int32", new ArgMax(input, 0, new GraphTensor("output", ElementType.Int64, [2]), true));
        Refusal.Demand("no dimension 2", new ArgMax(input, 2, Indexes([3]), true));
        Refusal.Demand("does not follow", new ArgMax(input, 0, Indexes([3]), false));
        Refusal.Demand("is Int16, supported is Int8", new ArgMax(Operands.Wide("input", [3, 2], 1), 0, Indexes([2]), true));

        Operator good = Make([4, 3, 2], 1, largest: true, keeps: false);
        RecordRefusal.Demand("mask", good, Layout.Mask, 1);
        RecordRefusal.Demand("length", good, Layout.Length, 0);
        RecordRefusal.Demand("rows", good, Layout.Rows, 0);
        RecordRefusal.Demand("step", good, Layout.Step, -2);
        RecordRefusal.Demand("work", good, Layout.Length, 30);
        RecordRefusal.Demand("work", good, Layout.Rows, 5);
    }

    private static ArgMax Make(int[] shape, int axis, bool largest, bool keeps) => new(
        Operands.Activation("input", shape, 0.1f, 3), axis, Indexes(keeps ? [.. shape.Select((n, d) => d == axis ? 1 : n)] : [.. shape.Where((_, d) => d != axis)]), largest);

    private static GraphTensor Indexes(int[] shape) => new("output", ElementType.Int32, shape);

    private static int[] Run(NestedArray x, int axis, bool largest) => GraphRunner.For(Make(x.Shape, axis, largest, keeps: false)).Run(x.Values);
}
