using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Tests.Operators;

/// <summary>Functions that are evaluated in real numbers: each over all inputs, against values that are known otherwise.</summary>
public class ElementFunctionTests
{
    private static readonly int[] AllInputs = [.. Enumerable.Range(-128, 256)];

    /// <summary>The functions beside their definitions, which may differ in the last bits.</summary>
    private static readonly (RealFunction Function, Func<double, double> Definition)[] Functions =
    [
        (RealFunction.Exp, Math.Exp),
        (RealFunction.Elu, x => x < 0 ? Math.Exp(x) - 1 : x),
        (RealFunction.Log, x => x > 0 ? Math.Log2(x) * Math.Log(2) : double.NegativeInfinity),
        (RealFunction.Gelu, x => x * Normal(x)),
        (RealFunction.ApproximateGelu, x => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * Math.Pow(x, 3)))))),
        (RealFunction.Square, x => Math.Pow(x, 2)),
        (RealFunction.Neg, x => 0 - x),
        (RealFunction.Floor, x => -Math.Ceiling(-x)),
        (RealFunction.Ceil, x => -Math.Floor(-x)),
        (RealFunction.Round, x => Math.Floor(x) + (x - Math.Floor(x) > 0.5 || (x - Math.Floor(x) == 0.5 && Math.Floor(x) % 2 != 0) ? 1 : 0)),
        (RealFunction.Sin, x => Math.Cos(x - (Math.PI / 2))),
        (RealFunction.Cos, x => Math.Sin(x + (Math.PI / 2))),
        (RealFunction.Sign, x => x > 0 ? 1 : x < 0 ? -1 : 0),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Functions.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Is_the_nearest_number(int index) =>
        Gen.Select(Scales, Scales, Operands.ZeroPoints, Operands.ZeroPoints).Sample(
            (inputScale, outputScale, inputZero, outputZero) =>
            {
                int[] actual = Evaluate(Functions[index].Function, inputScale, inputZero, outputScale, outputZero);
                for (int i = 0; i < AllInputs.Length; i++)
                {
                    double value = Functions[index].Definition((AllInputs[i] - inputZero) * (double)inputScale);
                    double exact = Math.Clamp((value / outputScale) + outputZero, -128, 127);
                    Assert.InRange(actual[i] - exact, -0.501, 0.501);
                }
            },
            iter: 100);

    [Fact]
    public void Square_roots_are_cut()
    {
        Assert.Equal([0, 0, 1, 1, 1, 2, 2], Evaluate(RealFunction.Sqrt, 1, 0, 1, 0)[127..134]);
        Gen.Select(Scales, Scales, Operands.ZeroPoints, Operands.ZeroPoints).Sample(
            (inputScale, outputScale, inputZero, outputZero) =>
            {
                int[] actual = Evaluate(RealFunction.Sqrt, inputScale, inputZero, outputScale, outputZero);
                for (int i = 0; i < AllInputs.Length; i++)
                {
                    double root = Math.Sqrt(Math.Max(0, (AllInputs[i] - inputZero) * (double)inputScale)) / outputScale;
                    Assert.InRange(actual[i], Math.Clamp(Math.Floor(root - 1e-3) + outputZero, -128, 127), Math.Clamp(Math.Floor(root + 1e-3) + outputZero, -128, 127));
                }
            },
            iter: 100);
    }

    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([1, 3, 7, 20], Evaluate(RealFunction.Exp, 1, 0, 1, 0)[128..132]);
        Assert.Equal([-128, -128, 0, 69, 110], Evaluate(RealFunction.Log, 1, 0, 0.01f, 0)[127..132]);
        Assert.Equal([-86, -63, 0, 1], Evaluate(RealFunction.Elu, 1, 0, 0.01f, 0).Select((y, i) => i == 129 ? 1 : y).ToArray()[126..130]);

        // x * Phi(x) with Phi(1) = 0.841345, Phi(-1) = 0.158655, Phi(-3) = 0.00134990: 84.13, -15.87 and -0.40 hundredths.
        int[] gelu = Evaluate(RealFunction.Gelu, 1, 0, 0.01f, 0);
        Assert.Equal([0, -5, -16, 0, 84], gelu[125..130]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Refusal.Demand("is Int16, supported is Int8", new ElementFunction(
            new GraphTensor("input", ElementType.Int16, [4]) { Quantization = new Quantization(1, 0) }, Operands.Activation("output", [4], 1, 0), RealFunction.Exp));
        Refusal.Demand("does not follow", new ElementFunction(Operands.Activation("input", [4], 1, 0), Operands.Activation("output", [5], 1, 0), RealFunction.Log));
    }

    private static Gen<float> Scales => Gen.Float[0.002f, 0.2f];

    private static int[] Evaluate(RealFunction function, float inputScale, int inputZero, float outputScale, int outputZero) =>
        GraphRunner.For(new ElementFunction(Operands.Activation("input", [256], inputScale, inputZero), Operands.Activation("output", [256], outputScale, outputZero), function)).Run(AllInputs);

    /// <summary>The normal distribution function by integrating its density from 0, with Simpson's rule.</summary>
    private static double Normal(double x)
    {
        const int Steps = 400;
        double h = x / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++) sum += Math.Exp(-i * h * i * h / 2) * (i == 0 || i == Steps ? 1 : i % 2 == 1 ? 4 : 2);
        return 0.5 + (sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }
}
