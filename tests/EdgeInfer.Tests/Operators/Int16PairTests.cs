using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Functions of two 16-bit tensors.</summary>
public class Int16PairTests
{
    [SharedFact]
    public void Sum_equals_cmsis_nn()
    {
        KernelCase golden = KernelCase.Load("add", "add_s16_spill");

        // Half of either input and 2^-15 of their sum are what scales of 1, 1 and 2 give.
        Assert.Equal((1 << 30, 0, 1 << 30, 0, 1 << 30, -14), (golden["input1_mult"], golden["input1_shift"], golden["input2_mult"], golden["input2_shift"], golden["output_mult"], golden["output_shift"]));
        Golden(golden, Make<Add>(1, 2), _ => { });
    }

    [SharedFact]
    public void Product_equals_cmsis_nn()
    {
        KernelCase golden = KernelCase.Load("mul", "mul_s16_spill");
        Golden(golden, Make<Mul>(1, 2), editor =>
        {
            int record = editor.Find(OperatorCode.PairwiseInt16);
            editor[record + Layout.Multiplier] = golden["output_mult"];
            editor[record + Layout.Shift] = 31 - golden["output_shift"];
        });
    }

    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([100, -25000, 32767], Run(Make<Add>(0.5f, 1), [100, -30000, 32767], [100, -20000, 32767]));
        Assert.Equal([0, -10000, 1], Run(Make<Sub>(0.5f, 1), [100, -30000, 3], [100, -10000, 1]));
        Assert.Equal([2, -2, 16384], Run(Make<Mul>(1f / 32768, 1f / 32768, 1f / 32768), [300, -300, -32768], [200, 200, -16384]));
        Assert.Equal([7, -3, 0], Run(Make(true), [7, -5, 0], [-8, -3, -1]));
        Assert.Equal([-8, -5, -1], Run(Make(false), [7, -5, 0], [-8, -3, -1]));
        Assert.Equal([9, 100, 22500], Run((a, b, y, _) => new SquaredDifference(Wide(a, 1), Wide(b, 1), Wide(y, 4)), [4, -10, 300], [-2, 10, 0]));
    }

    [Fact]
    public void Slopes_literally()
    {
        // Slopes of 0.5 and -1, two channels.
        GraphTensor alpha = new("alpha", ElementType.Int8, [2]) { Data = [2, 0xFC], Quantization = new Quantization(0.25f, 0) };
        Prelu op = new(Operands.Wide("input", [2, 2], 1), alpha, Operands.Wide("output", [2, 2], 1));

        Assert.Equal([-1000, 2000, 7, 900], GraphRunner.For(op).Run([-2000, 2000, 7, -900]));
    }

    [Fact]
    public void Sum_agrees_with_the_definition() =>
        PairCase.CheckProperty(Create<Add>, (n, a, b) => AddOracle.Sum(n.Scale1, n.Scale2, n.ScaleOut, 15).Run(a, b, n.ZeroPoints, 1, n.Min, n.Max), wide: true);

    [Fact]
    public void Difference_agrees_with_the_definition() =>
        PairCase.CheckProperty(Create<Sub>, (n, a, b) => AddOracle.Difference(n.Scale1, n.Scale2, n.ScaleOut, 15).Run(a, b, n.ZeroPoints, -1, n.Min, n.Max), wide: true);

    [Fact]
    public void Product_agrees_with_the_definition() =>
        PairCase.CheckProperty(
            Create<Mul>, (n, a, b) => MulOracle.Run(a, b, n.ZeroPoints, GemmlowpOracle.Quantize((double)n.Scale1 * n.Scale2 / n.ScaleOut), n.Min, n.Max), wide: true);

    [Fact]
    public void Larger_and_smaller_agree_with_the_definition()
    {
        PairCase.CheckProperty(Make(true), (n, a, b) => Math.Max(a, b), wide: true);
        PairCase.CheckProperty(Make(false), (n, a, b) => Math.Min(a, b), wide: true);
    }

    [Fact]
    public void Squared_difference_agrees_with_the_definition() =>
        PairCase.CheckProperty(
            (a, b, y, _) => new SquaredDifference(a, b, y),
            (n, a, b) =>
            {
                double common = 2.0 * Math.Max(n.Scale1, n.Scale2);
                (int m1, int e1) = GemmlowpOracle.Quantize(n.Scale1 / common);
                (int m2, int e2) = GemmlowpOracle.Quantize(n.Scale2 / common);
                (int m, int e) = GemmlowpOracle.Quantize(common * common / n.ScaleOut);
                long difference = (long)(GemmlowpOracle.Requantize(a, m1, e1) - GemmlowpOracle.Requantize(b, m2, e2));
                return GemmlowpOracle.Clamp(GemmlowpOracle.Requantize(difference * difference, m, e), short.MinValue, short.MaxValue);
            },
            wide: true);

    [Fact]
    public void Slopes_agree_with_the_definition() =>
        (from shape in Gen.Int[1, 6].Array[2]
         from zeroPoint in Operands.ZeroPoints
         from scales in Gen.Select(Gen.Float[0.001f, 1], Gen.Float[0.001f, 0.1f], Gen.Float[0.001f, 1])
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from seed in Gen.Int
         select (shape, zeroPoint, scales, patterns, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int[] x = Operands.Int16s(s.shape[0] * s.shape[1], s.patterns.Item1, random), slopes = Operands.Int8s(s.shape[1], s.patterns.Item2, random);
                GraphTensor alpha = new("alpha", ElementType.Int8, [s.shape[1]]) { Data = [.. slopes.Select(v => (byte)v)], Quantization = new Quantization(s.scales.Item2, s.zeroPoint) };
                GraphRunner runner = GraphRunner.For(new Prelu(Operands.Wide("input", s.shape, s.scales.Item1), alpha, Operands.Wide("output", s.shape, s.scales.Item3)));
                (int m1, int e1) = GemmlowpOracle.Quantize((double)s.scales.Item1 / s.scales.Item3);
                (int m2, int e2) = GemmlowpOracle.Quantize((double)s.scales.Item1 * s.scales.Item2 / s.scales.Item3);
                int[] expected = [.. x.Select((v, i) => GemmlowpOracle.Clamp(
                    v >= 0 ? GemmlowpOracle.Requantize(v, m1, e1) : GemmlowpOracle.Requantize((long)v * (slopes[i % s.shape[1]] - s.zeroPoint), m2, e2), short.MinValue, short.MaxValue))];
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 600);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor a = Operands.Wide("a", [2], 1), y = Operands.Wide("y", [2], 1);
        GraphTensor shifted = new("b", ElementType.Int16, [2]) { Quantization = new Quantization(1, 3) };
        Refusal.Demand("zero point other than 0", new Add(a, shifted, y, FusedActivation.None));
        Refusal.Demand("supported is Int16", new Mul(a, Operands.Activation("b", [2], 1, 0), y, FusedActivation.None));
        Refusal.Demand("is too small for inputs", new Mul(a, a, Operands.Wide("y", [2], 0.25f), FusedActivation.None));
        Refusal.Demand("is too small for inputs", new Sub(a, a, Operands.Wide("y", [2], 1e-5f), FusedActivation.None));
        Refusal.Demand("different scales", new Extremum(a, Operands.Wide("b", [2], 2), y, largest: true));
        Refusal.Demand("supported is Int8", new Prelu(a, a, y));
        Refusal.Demand("constant ones", new Prelu(a, Operands.Activation("alpha", [2], 1, 0), y));
        Operator good = new Add(a, Operands.Wide("b", [2], 1), y, FusedActivation.None);
        RecordRefusal.Demand("function", good, Layout.Function, 8);
        RecordRefusal.Demand("shift", good, Layout.Shift1, 30);
        RecordRefusal.Demand("shift", good, Layout.Shift2, 63);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, -1);
        RecordRefusal.Demand("sign", good, Layout.Sign, 0);
        RecordRefusal.Demand("activation min", good, Layout.ActivationMin, -32769);
        RecordRefusal.Demand("activation max", good, Layout.ActivationMax, 32768);
        RecordRefusal.Demand("first input", good, Broadcast.Strides1 + 4, 2);
    }

    private static Operator Create<T>(GraphTensor a, GraphTensor b, GraphTensor y, FusedActivation activation)
        where T : Operator =>
        typeof(T) == typeof(Add) ? new Add(a, b, y, activation) : typeof(T) == typeof(Sub) ? new Sub(a, b, y, activation) : new Mul(a, b, y, activation);

    /// <summary>Inputs of one scale, and an output of another.</summary>
    private static PairMaker Make<T>(float input, float output)
        where T : Operator => Make<T>(input, input, output);

    private static PairMaker Make<T>(float first, float second, float output)
        where T : Operator => (a, b, y, activation) => Create<T>(Wide(a, first), Wide(b, second), Wide(y, output), activation);

    private static PairMaker Make(bool largest) => (a, b, y, _) => new Extremum(Wide(a, 1), Wide(b, 1), Wide(y, 1), largest);

    private static GraphTensor Wide(GraphTensor tensor, float scale) => Operands.Requantized(tensor, scale, 0);

    private static GraphRunner RunnerOf(PairMaker make, int count) => GraphRunner.For(
        make(Operands.Wide("a", [count], 1), Operands.Wide("b", [count], 1), Operands.Wide("output", [count], 1), FusedActivation.None));

    private static int[] Run(PairMaker make, int[] a, int[] b) => RunnerOf(make, a.Length).Run(a, b);

    private static void Golden(KernelCase golden, PairMaker make, Action<BlobEditor> change)
    {
        BlobEditor editor = new(RunnerOf(make, golden["dst_size"]).Result.Blob);
        int record = editor.Find(OperatorCode.PairwiseInt16);
        change(editor);
        editor[record + Layout.ActivationMin] = golden["out_activation_min"];
        editor[record + Layout.ActivationMax] = golden["out_activation_max"];
        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input1"), golden.Integers("input2")));
    }
}
