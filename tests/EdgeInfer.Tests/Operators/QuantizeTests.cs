using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class QuantizeTests
{
    private static readonly ElementType[] Integers = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32];

    [Fact]
    public void Floats_literally()
    {
        float[] x = [0, 0.25f, 0.249f, -0.25f, 0.75f, -0.75f, 1000, -1000, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 62, -65.5f];

        Assert.Equal([3, 4, 3, 2, 5, 1, 127, -128, 127, -128, -128, 127, -128], Floats(x, ElementType.Int8, 0.5f, 3));
        Assert.Equal([3, 4, 3, 2, 5, 1, 255, 0, 255, 0, 0, 127, 0], Floats(x, ElementType.UInt8, 0.5f, 3));
        Assert.Equal([3, 4, 3, 2, 5, 1, 2003, -1997, 32767, -32768, -32768, 127, -128], Floats(x, ElementType.Int16, 0.5f, 3));
    }

    [Fact]
    public void Floats_agree_with_the_definition() =>
        (from exponent in Gen.Int[-30, 20]
         from fraction in Gen.Float[1, 2]
         from type in Gen.Int[0, 2]
         from zeroPoint in Gen.Int[0, 127]
         from seed in Gen.Int
         select (scale: MathF.ScaleB(fraction, exponent), type: Integers[type], zeroPoint, seed))
        .Sample(
            s =>
            {
                // Around the integers' range, exactly on integers and halves, and far beyond.
                Random random = new(s.seed);
                float[] x = [.. Enumerable.Range(0, 64).Select(i => (float)((i % 4) switch
                {
                    0 => random.Next(-300, 300) * 0.5f * s.scale,
                    1 => (float)((random.NextDouble() - 0.5) * 70000) * s.scale,
                    2 => (float)((random.NextDouble() - 0.5) * 600) * s.scale,
                    _ => (float)((random.NextDouble() - 0.5) * 1e12) * s.scale,
                }))];
                (int min, int max) = RangeOf(s.type);
                IEnumerable<int> expected = x.Select(v => (int)Math.Clamp(Math.Round((double)(v / s.scale), MidpointRounding.AwayFromZero) + s.zeroPoint, min, max));
                Assert.Equal(expected, Floats(x, s.type, s.scale, s.zeroPoint));
            },
            iter: 500);

    [Theory]
    [InlineData(ElementType.Int8, ElementType.UInt8, 3)]
    [InlineData(ElementType.UInt8, ElementType.Int8, 3)]
    [InlineData(ElementType.Int8, ElementType.UInt8, 300)]
    [InlineData(ElementType.UInt8, ElementType.Int8, 300)]
    public void Signs_are_changed_by_128(ElementType from, ElementType to, int count)
    {
        int first = RangeOf(from).Min;
        int[] x = [.. Enumerable.Range(0, count).Select(i => first + (i % 256))];
        int difference = RangeOf(to).Min - first;

        Assert.Equal(x.Select(v => v + difference), Run(from, to, (0.5f, first), (0.5f, first + difference), x));
    }

    [Fact]
    public void Integers_agree_with_the_definition() =>
        (from types in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3])
         from exponents in Gen.Select(Gen.Int[-12, 4], Gen.Int[-12, 4])
         from fractions in Gen.Select(Gen.Float[1, 2], Gen.Float[1, 2])
         from count in Gen.Int[1, 200]
         from seed in Gen.Int
         select (source: Integers[types.Item1], target: Integers[types.Item2], scales: (MathF.ScaleB(fractions.Item1, exponents.Item1), MathF.ScaleB(fractions.Item2, exponents.Item2)), count, seed))
        .Sample(s => CheckIntegers(s.source, s.target, s.scales, s.count, s.seed), iter: 2000);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor real = new("real", ElementType.Float32, [4]);
        Refusal.Demand("Int32", new Quantize(real, Tensor("output", ElementType.Int32, 1, 0, 4)));
        Refusal.Demand("2^-37", new Quantize(real, Tensor("output", ElementType.Int8, 1e-20f, 0, 4)));
        Refusal.Demand("out of range", new Quantize(Tensor("input", ElementType.Int8, 1e20f, 0, 4), Tensor("output", ElementType.Int8, 1, 0, 4)));
        Refusal.Demand("zero point", new Quantize(Tensor("input", ElementType.Int32, 1, 1 << 20, 4), Tensor("output", ElementType.Int8, 1, 0, 4)));
        Refusal.Demand("no quantization", new Quantize(new GraphTensor("plain", ElementType.Int32, [4]), Tensor("output", ElementType.Int8, 1, 0, 4)));
        Refusal.Demand("does not follow", new Quantize(real, Tensor("output", ElementType.Int8, 1, 0, 5)));
        GraphTensor perChannel = new("output", ElementType.Int8, [4]) { Quantization = new Quantization([1, 2, 3, 4], new int[4]) };
        Refusal.Demand("every channel", new Quantize(real, perChannel));
    }

    private static void CheckIntegers(ElementType from, ElementType to, (float From, float To) scales, int count, int seed)
    {
        Random random = new(seed);
        (int min, int max) = RangeOf(from);
        int zeroFrom = from == ElementType.Int32 ? 0 : random.Next(min, max + 1);
        int zeroTo = to == ElementType.Int32 ? random.Next(-30000, 30000) : random.Next(RangeOf(to).Min, RangeOf(to).Max + 1);
        int[] x = [.. Enumerable.Range(0, count).Select(i => i == 0 ? min : i == 1 ? max : (int)random.NextInt64(min, (long)max + 1))];
        (int multiplier, int exponent) = GemmlowpOracle.Quantize((double)scales.From / scales.To);
        (int low, int high) = RangeOf(to);
        IEnumerable<int> expected = x.Select(v => GemmlowpOracle.Clamp(GemmlowpOracle.Requantize((long)v - zeroFrom, multiplier, exponent) + zeroTo, low, high));
        Assert.Equal(expected, Run(from, to, (scales.From, zeroFrom), (scales.To, zeroTo), x));
    }

    private static int[] Run(ElementType from, ElementType to, (float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output, int[] x) =>
        GraphRunner.For(new Quantize(Tensor("input", from, input.Scale, input.ZeroPoint, x.Length), Tensor("output", to, output.Scale, output.ZeroPoint, x.Length))).Run(x);

    private static int[] Floats(float[] x, ElementType type, float scale, int zeroPoint)
    {
        GraphRunner runner = GraphRunner.For(new Quantize(new GraphTensor("real", ElementType.Float32, [x.Length]), Tensor("output", type, scale, zeroPoint, x.Length)));
        Tensor input = runner.Interpreter.Input(0);
        x.CopyTo(input.Float32, input.Offset);
        runner.Interpreter.Invoke();
        return runner.Output(0);
    }

    private static GraphTensor Tensor(string name, ElementType type, float scale, int zeroPoint, int count) =>
        new(name, type, [count]) { Quantization = new Quantization(scale, zeroPoint) };

    private static (int Min, int Max) RangeOf(ElementType type) => type switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, (int)byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };
}
