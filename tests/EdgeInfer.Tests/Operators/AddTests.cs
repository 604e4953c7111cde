using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.Add;

namespace EdgeInfer.Tests.Operators;

public class AddTests
{
    [SharedFact]
    public void Equals_cmsis_nn()
    {
        KernelCase golden = KernelCase.Load("add", "add");

        // Half of either input and 2^-20 of their sum are what scales of 1, 1 and 2 give.
        Assert.Equal((1 << 30, 0, 1 << 30, 0, 1 << 30, -19), (golden["input1_mult"], golden["input1_shift"], golden["input2_mult"], golden["input2_shift"], golden["output_mult"], golden["output_shift"]));
        int[] shape = [golden["dst_size"]];
        GraphRunner runner = GraphRunner.For(new Add(
            Operands.Activation("input1", shape, 1, -golden["input1_offset"]),
            Operands.Activation("input2", shape, 1, -golden["input2_offset"]),
            Operands.Activation("output", shape, 2, golden["output_offset"]),
            FusedActivation.None));

        Assert.Equal(golden.Integers("output"), runner.Run(golden.Integers("input1"), golden.Integers("input2")));
    }

    [Fact]
    public void A_literal_example()
    {
        GraphTensor a = Operands.Activation("a", [2, 2], 0.5f, 1), b = Operands.Activation("b", [2], 0.25f, -2), output = Operands.Activation("output", [2, 2], 0.5f, 10);

        // (0.5, 1; 1.5, 2) + (0.5, -1.5), in halves, 10 being zero; 17.0 is beyond the type at 34 + 10.
        Assert.Equal([12, 9, 14, 11], GraphRunner.For(new Add(a, b, output, FusedActivation.None)).Run([2, 3, 4, 5], [0, -8]));
        Assert.Equal([12, 10, 14, 11], GraphRunner.For(new Add(a, b, output, FusedActivation.Relu)).Run([2, 3, 4, 5], [0, -8]));
    }

    [Fact]
    public void A_tensor_may_be_added_to_itself()
    {
        GraphTensor a = Operands.Activation("a", [3], 1, 0);
        GraphRunner runner = GraphRunner.For(new Add(a, a, Operands.Activation("output", [3], 1, 0), FusedActivation.None));

        Assert.Equal([2, -8, 127], runner.Run([1, -4, 100]));
        Assert.Equal(3, runner.Result.Model.ArenaBytes);
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        PairCase.CheckProperty(Make, (n, a, b) => AddOracle.Sum(n.Scale1, n.Scale2, n.ScaleOut).Run(a, b, n.ZeroPoints, 1, n.Min, n.Max));

    [Fact]
    public void Takes_the_place_of_an_operand() => PairCase.CheckInPlace(Make);

    [Fact]
    public void A_large_tensor_can_be_interrupted()
    {
        GraphTensor a = Operands.Activation("a", [1, 128, 128, 1], 1, 0);
        GraphRunner runner = GraphRunner.For(new Add(a, a, Operands.Activation("output", [1, 128, 128, 1], 1, 0), FusedActivation.None));

        int steps = 1;
        while (!runner.Interpreter.Step(1)) steps++;
        Assert.Equal(8, steps);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        PairCase.CheckRefusals(Make);
        Operator good = Make(Operands.Activation("a", [2], 1, 0), Operands.Activation("b", [2], 1, 0), Operands.Activation("output", [2], 1, 0), FusedActivation.None);
        RecordRefusal.Demand("sign", good, Layout.Sign, 0);
        RecordRefusal.Demand("sign", good, Layout.Sign, 2);
        RecordRefusal.Demand("shift", good, Layout.Shift1, 30);
        RecordRefusal.Demand("shift", good, Layout.Shift2, 63);
        RecordRefusal.Demand("shift", good, Layout.OutputShift, 30);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier1, -1);
        RecordRefusal.Demand("first multiplier", Make(Operands.Activation("a", [2], 1, 0), Operands.Activation("b", [2], 0.5f, 0), Operands.Activation("output", [2], 1, 0), FusedActivation.None), Layout.Shift1, 32);
        RecordRefusal.Demand("first zero point", good, Layout.ZeroPoint1, 128);
        RecordRefusal.Demand("second zero point", good, Layout.ZeroPoint2, -129);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, 128);
        RecordRefusal.Demand("activation min", good, Layout.ActivationMin, -129);
    }

    private static Add Make(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation) => new(input1, input2, output, activation);
}
