using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

/// <summary>Functions of one int8 number, each over all 256 of them.</summary>
public class LookupTests
{
    private static readonly int[] AllInputs = [.. Enumerable.Range(-128, 256)];

    private static readonly Gen<(float Scale, int ZeroPoint)> Quantizations =
        from exponent in Gen.Int[-18, 8]
        from fraction in Gen.Float[1, 2]
        from zeroPoint in Operands.ZeroPoints
        select (MathF.ScaleB(fraction, exponent), zeroPoint);

    private static readonly int[] Probes = [-128, -64, -20, -1, 0, 1, 20, 64, 127];

    [Fact]
    public void Logistic_literally() =>
        Assert.Equal([-123, -97, -39, -2, 0, 2, 39, 97, 123], Evaluate(LogisticOf(1f / 32, 0), Probes));

    [Fact]
    public void Tanh_literally() =>
        Assert.Equal([-128, -123, -71, -4, 0, 4, 71, 123, 127], Evaluate(TanhOf(1f / 32, 0), Probes));

    [Fact]
    public void Logistic_agrees_with_the_definition() =>
        Quantizations.Sample(q => Assert.Equal(AllInputs.Select(x => UnaryOracle.Logistic(x, q.Scale, q.ZeroPoint)), Evaluate(LogisticOf(q.Scale, q.ZeroPoint), AllInputs)), iter: 400);

    [Fact]
    public void Tanh_agrees_with_the_definition() =>
        Quantizations.Sample(q => Assert.Equal(AllInputs.Select(x => UnaryOracle.Tanh(x, q.Scale, q.ZeroPoint)), Evaluate(TanhOf(q.Scale, q.ZeroPoint), AllInputs)), iter: 400);

    [Fact]
    public void Logistic_and_tanh_come_close_to_the_real_functions() =>
        Quantizations.Where(q => q.Scale < 0.2f).Sample(
            q =>
            {
                int[] logistic = Evaluate(LogisticOf(q.Scale, q.ZeroPoint), AllInputs);
                int[] tanh = Evaluate(TanhOf(q.Scale, q.ZeroPoint), AllInputs);
                for (int i = 0; i < AllInputs.Length; i++)
                {
                    double x = (AllInputs[i] - q.ZeroPoint) * (double)q.Scale;
                    Assert.InRange(logistic[i] - Math.Min((256 / (1 + Math.Exp(-x))) - 128, 127), -0.51, 0.51);
                    Assert.InRange(tanh[i] - Math.Min(128 * Math.Tanh(x), 127), -0.51, 0.51);
                }
            },
            iter: 300);

    [Fact]
    public void Relu_literally() =>
        Assert.Equal([-10, -10, -10, -10, 0, 0, 10, 54, 64], Evaluate(new Relu(Input(1, -20), Output(2, -10), FusedActivation.Relu), [-128, -64, -21, -20, -1, 0, 20, 108, 127]));

    [Fact]
    public void Relu6_literally() =>
        Assert.Equal([-128, -128, -126, 0, 64, 64], Evaluate(new Relu(Input(1f / 16, 0), Output(1f / 32, -128), FusedActivation.Relu6), [-128, 0, 1, 64, 96, 127]));

    [Fact]
    public void Relu_agrees_with_the_definition() =>
        Gen.Select(Quantizations, Quantizations, Gen.Int[0, 3]).Where((i, o, _) => i.Scale / o.Scale < 1 << 20 && o.Scale > 1e-4f).Sample(
            (input, output, kind) =>
            {
                FusedActivation activation = new[] { FusedActivation.Relu, FusedActivation.Relu6, FusedActivation.ReluN1To1, FusedActivation.Relu0To1 }[kind];
                float low = activation == FusedActivation.ReluN1To1 ? -1 : 0;
                float high = activation == FusedActivation.Relu ? float.PositiveInfinity : activation == FusedActivation.Relu6 ? 6 : 1;
                double min = output.ZeroPoint + Math.Round(low / output.Scale, MidpointRounding.AwayFromZero);
                double max = output.ZeroPoint + Math.Round(high / output.Scale, MidpointRounding.AwayFromZero);
                IEnumerable<int> expected = AllInputs.Select(x => (int)Math.Min(Math.Max(UnaryOracle.Requantize(x, input, output, 1), Math.Max(min, -128)), Math.Min(max, 127)));
                Assert.Equal(expected, Evaluate(new Relu(Input(input.Scale, input.ZeroPoint), Output(output.Scale, output.ZeroPoint), activation), AllInputs));
            },
            iter: 500);

    [Fact]
    public void Leaky_relu_literally() =>
        Assert.Equal([-25, -5, 0, 1, 50], Evaluate(new LeakyRelu(Input(1, 0), Output(2, 0), 0.5f), [-100, -20, 0, 1, 100]));

    [Fact]
    public void Leaky_relu_agrees_with_the_definition() =>
        Gen.Select(Quantizations, Quantizations, Gen.Float[-2, 2]).Where((i, o, _) => i.Scale / o.Scale < 1 << 20).Sample(
            (input, output, alpha) => Assert.Equal(
                AllInputs.Select(x => UnaryOracle.Requantize(x, input, output, alpha)),
                Evaluate(new LeakyRelu(Input(input.Scale, input.ZeroPoint), Output(output.Scale, output.ZeroPoint), alpha), AllInputs)),
            iter: 500);

    [Fact]
    public void Abs_literally() =>
        Assert.Equal([40, 10, 0, 1, 1, 50], Evaluate(new Abs(Input(1, 20), Output(2, 0)), [-60, 0, 20, 21, 22, 120]));

    [Fact]
    public void Abs_agrees_with_the_definition() =>
        Gen.Select(Quantizations, Quantizations).Where((i, o) => i.Scale / o.Scale < 1 << 20).Sample(
            (input, output) => Assert.Equal(
                AllInputs.Select(x => UnaryOracle.Abs(x, input, output)),
                Evaluate(new Abs(Input(input.Scale, input.ZeroPoint), Output(output.Scale, output.ZeroPoint)), AllInputs)),
            iter: 400);

    [Fact]
    public void Rsqrt_literally() =>
        Assert.Equal([127, 127, 32, 16, 8, 3], Evaluate(new Rsqrt(Input(1, 0), Output(1f / 32, 0)), [-1, 0, 1, 4, 16, 121]));

    [Fact]
    public void Rsqrt_agrees_with_the_definition() =>
        Gen.Select(Quantizations, Quantizations).Where((i, o) => MathF.Sqrt(i.Scale) * o.Scale is > 1e-6f and < 1e3f).Sample(
            (input, output) =>
            {
                int[] actual = Evaluate(new Rsqrt(Input(input.Scale, input.ZeroPoint), Output(output.Scale, output.ZeroPoint)), AllInputs);
                Assert.Equal(AllInputs.Select(x => UnaryOracle.Rsqrt(x, input, output)), actual);
                for (int i = 0; i < AllInputs.Length; i++)
                {
                    double x = (AllInputs[i] - input.ZeroPoint) * (double)input.Scale;
                    if (x > 0) Assert.InRange(actual[i] - Math.Clamp((1 / (Math.Sqrt(x) * output.Scale)) + output.ZeroPoint, -128, 127), -0.51, 0.51);
                }
            },
            iter: 400);

    [Fact]
    public void Hard_swish_literally() =>
        Assert.Equal([0, 0, -5, -5, 0, 11, 48, 64, 127], Evaluate(new HardSwish(Input(1f / 16, 0), Output(1f / 16, 0)), [-128, -48, -32, -16, 0, 16, 48, 64, 127]));

    [Fact]
    public void Hard_swish_agrees_with_the_definition() =>
        Gen.Select(Quantizations, Quantizations).Where((i, o) => i.Scale / o.Scale is < 127 and > 1e-2f && i.Scale is > 1e-4f and < 5).Sample(
            (input, output) =>
            {
                int[] actual = Evaluate(new HardSwish(Input(input.Scale, input.ZeroPoint), Output(output.Scale, output.ZeroPoint)), AllInputs);
                Assert.Equal(AllInputs.Select(x => UnaryOracle.HardSwish(x, input, output)), actual);
                if (input.Scale > output.Scale * 4) return;
                for (int i = 0; i < AllInputs.Length; i++)
                {
                    double x = (AllInputs[i] - input.ZeroPoint) * (double)input.Scale;
                    Assert.InRange(actual[i] - Math.Clamp((x * Math.Clamp(x + 3, 0, 6) / 6 / output.Scale) + output.ZeroPoint, -128, 127), -1.1, 1.1);
                }
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("out of range", new Abs(Input(1e9f, 0), Output(1e-9f, 0)));
        Refusal.Demand("too large for an input", new Rsqrt(Input(1e9f, 0), Output(1e9f, 0)));
        Refusal.Demand("out of range", new Rsqrt(Input(1e-9f, 0), Output(1e-9f, 0)));
        Refusal.Demand("too far apart", new HardSwish(Input(1000, 0), Output(1, 0)));
        Refusal.Demand("Int16", new HardSwish(new GraphTensor("input", ElementType.Int16, [256]) { Quantization = new Quantization(1, 0) }, Output(1, 0)));
        Refusal.Demand("scale 1/256 and zero point -128", new Logistic(Input(1, 0), Output(1f / 256, 0)));
        Refusal.Demand("scale 1/128 and zero point 0", new Tanh(Input(1, 0), Output(1f / 256, 0)));
        Refusal.Demand("Int16", new Logistic(new GraphTensor("input", ElementType.Int16, [256]) { Quantization = new Quantization(1, 0) }, Output(1f / 256, -128)));
        Refusal.Demand("does not follow", new Tanh(Operands.Activation("input", [5], 1, 0), Output(1f / 128, 0)));
        Refusal.Demand("out of range", new Relu(Input(1e9f, 0), Output(1e-9f, 0), FusedActivation.Relu));
        Refusal.Demand("out of range", new LeakyRelu(Input(1, 0), Output(1, 0), 1e30f));
        GraphTensor perChannel = new("input", ElementType.Int8, [2, 128]) { Quantization = new Quantization([1, 2], [0, 0]) };
        Refusal.Demand("every channel", new Relu(perChannel, Output(1, 0), FusedActivation.Relu));
    }

    private static Logistic LogisticOf(float scale, int zeroPoint) => new(Input(scale, zeroPoint), Output(1f / 256, -128));

    private static Tanh TanhOf(float scale, int zeroPoint) => new(Input(scale, zeroPoint), Output(1f / 128, 0));

    private static GraphTensor Input(float scale, int zeroPoint) => Operands.Activation("input", [256], scale, zeroPoint);

    private static GraphTensor Output(float scale, int zeroPoint) => Operands.Activation("output", [256], scale, zeroPoint);

    /// <summary>Runs the operator on the device runtime; what the inputs do not fill is of no interest.</summary>
    private static int[] Evaluate(LookupOperator op, int[] inputs) =>
        GraphRunner.For(op).Run([.. inputs, .. new int[256 - inputs.Length]])[..inputs.Length];
}
