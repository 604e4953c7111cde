using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Tests.Operators;

public class DequantizeTests
{
    private static readonly ElementType[] Integers = [ElementType.Int8, ElementType.UInt8, ElementType.Int16];

    [Fact]
    public void A_literal_example()
    {
        Assert.Equal([-65.5f, -1.5f, 0, 0.5f, 62], Run(ElementType.Int8, 0.5f, 3, [-128, 0, 3, 4, 127]));
        Assert.Equal([-1.5f, 126], Run(ElementType.UInt8, 0.5f, 3, [0, 255]));
        Assert.Equal([-8192, 8191.75f], Run(ElementType.Int16, 0.25f, 0, [-32768, 32767]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from exponent in Gen.Int[-37, 23]
         from fraction in Gen.Float[1, 1.9999f]
         from type in Gen.Int[0, 2]
         from zeroPoint in Gen.Int[0, 127]
         from seed in Gen.Int
         select (scale: MathF.ScaleB(fraction, exponent), type: Integers[type], zeroPoint, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int[] x = [.. Enumerable.Range(0, 50).Select(_ => s.type == ElementType.Int8 ? random.Next(-128, 128) : s.type == ElementType.UInt8 ? random.Next(256) : random.Next(-32768, 32768))];
                Assert.Equal(x.Select(v => (float)((double)s.scale * (v - s.zeroPoint))), Run(s.type, s.scale, s.zeroPoint, x));
            },
            iter: 500);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor real = new("real", ElementType.Float32, [4]);
        Refusal.Demand("Int32", new Dequantize(new GraphTensor("input", ElementType.Int32, [4]) { Quantization = new Quantization(1, 0) }, real));
        Refusal.Demand("2^-37", new Dequantize(Operands.Activation("input", [4], 1e-20f, 0), real));
        Refusal.Demand("2^-37", new Dequantize(Operands.Activation("input", [4], 1 << 24, 0), real));
        Refusal.Demand("does not follow", new Dequantize(Operands.Activation("input", [5], 1, 0), real));
    }

    private static float[] Run(ElementType type, float scale, int zeroPoint, int[] x)
    {
        GraphTensor input = new("input", type, [x.Length]) { Quantization = new Quantization(scale, zeroPoint) };
        GraphRunner runner = GraphRunner.For(new Dequantize(input, new GraphTensor("real", ElementType.Float32, [x.Length])));
        Tensor tensor = runner.Interpreter.Input(0);
        for (int i = 0; i < x.Length; i++) tensor[i] = x[i];
        runner.Interpreter.Invoke();
        Tensor output = runner.Interpreter.Output(0);
        return output.Float32[output.Offset..(output.Offset + output.Count)];
    }
}
