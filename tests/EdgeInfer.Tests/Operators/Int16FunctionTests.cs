using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using Layout = EdgeInfer.Kernels.InterpolateInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Functions of one 16-bit number.</summary>
public class Int16FunctionTests
{
    /// <summary>Every 37th number and the ends of the range.</summary>
    private static readonly int[] Probes = [.. Enumerable.Range(0, 1772).Select(i => -32768 + (37 * i)), -32767, -1, 0, 1, 32766, 32767];

    private static readonly Gen<float> Scales = from exponent in Gen.Int[-20, 0] from fraction in Gen.Frequency((3, Gen.Float[1, 2]), (1, Gen.Const(1f))) select MathF.ScaleB(fraction, exponent);

    [Fact]
    public void Logistic_literally() =>
        Assert.Equal([11, 589, 8812, 16384, 23956, 32757], Evaluate(LogisticOf(1f / 4096, 6), [-32768, -16384, -4096, 0, 4096, 32767]));

    [Fact]
    public void Logistic_saturates() => Assert.Equal([1, 1, 1, 32767, 32767], Evaluate(LogisticOf(1f / 1024, 5), [-32768, -30000, -16384, 16384, 32767]));

    [Fact]
    public void Tanh_literally() =>
        Assert.Equal([-32767, -32746, -24956, 0, 24956, 32767], Evaluate(TanhOf(1f / 4096, 6), [-32768, -16384, -4096, 0, 4096, 32767]));

    [Fact]
    public void Logistic_agrees_with_the_definition() =>
        Scales.Sample(scale => Assert.Equal(Probes.Select(x => Int16FunctionOracle.Logistic(x, scale)), Evaluate(LogisticOf(scale, Probes.Length), Probes)), iter: 200);

    [Fact]
    public void Tanh_agrees_with_the_definition() =>
        Scales.Sample(scale => Assert.Equal(Probes.Select(x => Int16FunctionOracle.Tanh(x, scale)), Evaluate(TanhOf(scale, Probes.Length), Probes)), iter: 200);

    [Fact]
    public void Logistic_and_tanh_come_close_to_the_real_functions() =>
        Scales.Where(scale => scale > 1e-4f).Sample(
            scale =>
            {
                int[] logistic = Evaluate(LogisticOf(scale, Probes.Length), Probes), tanh = Evaluate(TanhOf(scale, Probes.Length), Probes);
                for (int i = 0; i < Probes.Length; i++)
                {
                    double x = Probes[i] * (double)scale;
                    Assert.InRange(logistic[i] - (32768 / (1 + Math.Exp(-x))), -3, 3);
                    Assert.InRange(tanh[i] - (32768 * Math.Tanh(x)), -6, 6);
                }
            },
            iter: 100);

    /// <summary>Also the last part of the table, which sigmoid and tanh do not use.</summary>
    [Fact]
    public void Reciprocal_roots_literally()
    {
        // 1 / sqrt(x / 1024) * 256 = 8192 / sqrt(x), less what entries are moved by for the sake of the chords between them.
        Assert.Equal([32767, 255, 64, 45], Evaluate(RsqrtOf(1f / 1024, 1f / 256, 4), [-128, 1024, 16384, 32767]));
    }

    [Fact]
    public void Reciprocal_roots_agree_with_the_definition()
    {
        int[] probes = [.. Probes, .. Enumerable.Range(32600, 168)];
        Gen.Select(Scales, Gen.Float[0.01f, 100]).Sample(
            (scale, range) =>
            {
                // The largest result is that of an input from 1 to 100 or so, or is cut.
                float output = 1 / (MathF.Sqrt(scale * range) * short.MaxValue);
                int[] actual = Evaluate(RsqrtOf(scale, output, probes.Length), probes), expected = [.. probes.Select(x => Int16FunctionOracle.Rsqrt(x, scale, output))];
                for (int i = 0; i < probes.Length; i++)
                {
                    // Below zero the reference stops; the table goes on, with halves rounded down.
                    if (probes[i] >= 0) Assert.Equal(expected[i], actual[i]);
                    else Assert.InRange(expected[i] - actual[i], 0, 1);
                }
            },
            iter: 100);
    }

    [Fact]
    public void Rectifiers_literally()
    {
        Assert.Equal([0, 0, 1, 16384], Evaluate(new Relu(Input(0.5f, 4), Output(1, 4), FusedActivation.Relu), [-7, 0, 1, 32767]));
        Assert.Equal([0, 0, 1, 600], Evaluate(new Relu(Input(0.01f, 4), Output(0.01f, 4), FusedActivation.Relu6), [-7, 0, 1, 32767]));
        Assert.Equal([-100, 100, 7], Evaluate(new LeakyRelu(Input(1, 3), Output(1, 3), 0.1f), [-1000, 100, 7]));

        // A half is rounded upwards before the sign changes.
        Assert.Equal([0, 1, 7], Evaluate(new LeakyRelu(Input(1, 3), Output(1, 3), -0.5f), [-1, -3, 7]));
        Assert.Equal([32767, 3, 7], Evaluate(new Abs(Input(1, 3), Output(1, 3)), [-32768, -3, 7]));
    }

    [Fact]
    public void Rectifiers_agree_with_the_definition() =>
        Gen.Select(Gen.Float[0.001f, 1], Gen.Float[0.001f, 1], Gen.Frequency((3, Gen.Float[-2, 2]), (1, Gen.Const(-0.5f)))).Sample(
            (input, output, alpha) =>
            {
                int length = Probes.Length;
                Assert.Equal(Probes.Select(x => Int16FunctionOracle.Rectified(x, input, output, alpha)), Evaluate(new LeakyRelu(Input(input, length), Output(output, length), alpha), Probes));
                Assert.Equal(Probes.Select(x => Int16FunctionOracle.Abs(x, input, output)), Evaluate(new Abs(Input(input, length), Output(output, length)), Probes));
                Assert.Equal(
                    Probes.Select(x => Math.Max(0, Int16FunctionOracle.Rectified(x, input, output, 1))),
                    Evaluate(new Relu(Input(input, length), Output(output, length), FusedActivation.Relu), Probes));
            },
            iter: 200);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("scale 1/32768 and zero point 0", new Logistic(Input(1f / 4096, 4), Output(1f / 65536, 4)));
        Refusal.Demand("its output 'output' is Int8", new Tanh(Input(1f / 4096, 4), Operands.Activation("output", [4], 1f / 128, 0)));
        Refusal.Demand("of its input is out of range", LogisticOf(3, 4));
        Refusal.Demand("of its input is out of range", TanhOf(1e-20f, 4));
        Refusal.Demand("zero point other than 0", new Relu(new GraphTensor("input", ElementType.Int16, [4]) { Quantization = new Quantization(1, 1) }, Output(1, 4), FusedActivation.Relu));
        Refusal.Demand("out of range", new LeakyRelu(Input(1, 4), Output(1e-5f, 4), 0.5f));
        Operator good = LogisticOf(1f / 4096, 4);
        RecordRefusal.Demand("table", good, Layout.Table, 1 << 20);
        RecordRefusal.Demand("input", good, Layout.Count, 5);
        RecordRefusal.Demand("multiplier", good, Layout.Multiplier, 32768);
        RecordRefusal.Demand("argument shift", good, Layout.ArgumentShift, 32);
        RecordRefusal.Demand("step bits", good, Layout.StepBits, 10);
        RecordRefusal.Demand("rounding", good, Layout.Rounding, (1 << 25) + 1);
        RecordRefusal.Demand("output shift", good, Layout.OutputShift, 0);
        RecordRefusal.Demand("min", good, Layout.Min, -32769);
        RecordRefusal.Demand("max", good, Layout.Max, 0);
    }

    private static Logistic LogisticOf(float scale, int count) => new(Input(scale, count), Output(1f / 32768, count));

    private static Tanh TanhOf(float scale, int count) => new(Input(scale, count), Output(1f / 32768, count));

    private static Rsqrt RsqrtOf(float input, float output, int count) => new(Input(input, count), Output(output, count));

    private static GraphTensor Input(float scale, int count) => Operands.Wide("input", [count], scale);

    private static GraphTensor Output(float scale, int count) => Operands.Wide("output", [count], scale);

    /// <summary>Runs the operator on the device runtime; what the inputs do not fill is of no interest.</summary>
    private static int[] Evaluate(Operator op, int[] inputs) =>
        GraphRunner.For(op).Run([.. inputs, .. new int[op.Input.Count - inputs.Length]])[..inputs.Length];
}
