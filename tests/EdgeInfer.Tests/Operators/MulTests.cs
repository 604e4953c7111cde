using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.Mul;

namespace EdgeInfer.Tests.Operators;

public class MulTests
{
    [SharedFact]
    public void Equals_cmsis_nn()
    {
        KernelCase golden = KernelCase.Load("mul", "mul");
        int[] shape = [golden["dst_size"]];
        BlobEditor editor = new(GraphRunner.For(new Mul(
            Operands.Activation("input1", shape, 1, -golden["input1_offset"]),
            Operands.Activation("input2", shape, 1, -golden["input2_offset"]),
            Operands.Activation("output", shape, 255, golden["output_offset"]),
            FusedActivation.None)).Result.Blob);
        int record = editor.Find(OperatorCode.Mul);
        editor[record + Layout.Multiplier] = golden["output_mult"];
        editor[record + Layout.Shift] = 31 - golden["output_shift"];

        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input1"), golden.Integers("input2")));
    }

    [Fact]
    public void A_literal_example()
    {
        GraphTensor a = Operands.Activation("a", [2, 2], 0.5f, 1), b = Operands.Activation("b", [1], 0.25f, -2), output = Operands.Activation("output", [2, 2], 0.5f, 10);

        // (0.5, 1; 1.5, -2) * 1.5 in halves is 1.5, 3, 4.5 and -6; halves are rounded upwards.
        Assert.Equal([12, 13, 15, 4], GraphRunner.For(new Mul(a, b, output, FusedActivation.None)).Run([2, 3, 4, -3], [4]));
    }

    [Fact]
    public void Agrees_with_the_definition() => PairCase.CheckProperty(Make, (n, a, b) => MulOracle.Run(a, b, n.ZeroPoints, Scale(n), n.Min, n.Max));

    [Fact]
    public void Takes_the_place_of_an_operand() => PairCase.CheckInPlace(Make);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        PairCase.CheckRefusals(Make);
        Operator good = Make(Operands.Activation("a", [2], 1, 0), Operands.Activation("b", [2], 1, 0), Operands.Activation("output", [2], 1, 0), FusedActivation.None);
        RecordRefusal.Demand("shift", good, Layout.Shift, 0);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, -1);
        RecordRefusal.Demand("first zero point", good, Layout.ZeroPoint1, 128);
        RecordRefusal.Demand("second zero point", good, Layout.ZeroPoint2, -129);
        RecordRefusal.Demand("output zero point", good, Layout.OutputZeroPoint, 128);
        RecordRefusal.Demand("activation max", good, Layout.ActivationMax, 128);
    }

    private static (int Multiplier, int Exponent) Scale(PairNumbers n) => GemmlowpOracle.Quantize((double)n.Scale1 * n.Scale2 / n.ScaleOut);

    private static Mul Make(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation) => new(input1, input2, output, activation);
}
