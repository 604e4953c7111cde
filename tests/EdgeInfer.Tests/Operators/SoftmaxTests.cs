using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Operators;

public class SoftmaxTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("softmax");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("softmax", name);
        int[] x = golden.Integers("input");
        (float scale, float beta) = FactorsOf(new QuantizedMultiplier(golden["input_mult"], golden["input_left_shift"]));
        Softmax op = Create([golden["num_rows"], golden["row_size"]], scale, 0, beta, name.EndsWith("s16", StringComparison.Ordinal) ? 16 : 8);

        Assert.Equal(golden.Integers("output"), GraphRunner.For(op).Run(x));
    }

    [Fact]
    public void A_literal_example()
    {
        // exp(0, 0.7, 1.4, 0) of 8.07 in 256ths, less 128; a row of equals; one that stands out.
        GraphRunner runner = GraphRunner.For(Create([3, 4], 0.1f, 5, 1, 8));

        Assert.Equal([-96, -64, 1, -96, -64, -64, -64, -64, 127, -128, -128, -128], runner.Run([0, 7, 14, 0, 9, 9, 9, 9, 127, -128, -100, 7]));
    }

    [Fact]
    public void A_literal_example_of_16_bits() =>
        Assert.Equal([-16384, -16384, -16384, -16384], GraphRunner.For(Create([1, 4], 0.25f, 0, 1, 16)).Run([3, 3, 3, 3]));

    [Fact]
    public void A_single_class_is_certain()
    {
        Assert.Equal([127], GraphRunner.For(Create([1, 1], 0.1f, 0, 1, 8)).Run([-7]));
        Assert.Equal([short.MaxValue], GraphRunner.For(Create([1, 1], 0.1f, 0, 1, 16)).Run([-7]));
    }

    [Fact]
    public void Equals_that_are_too_many_for_the_output_are_all_improbable() =>
        Assert.Equal(Enumerable.Repeat(-128, 4095), GraphRunner.For(Create([1, 4095], 0.1f, 0, 1, 8)).Run([.. Enumerable.Repeat(3, 4095)]));

    [Fact]
    public void Agrees_with_the_definition() =>
        (from rows in Gen.Int[1, 3]
         from depth in Gen.Frequency((5, Gen.Int[1, 20]), (1, Gen.Int[100, 400]))
         from exponent in Gen.Int[-14, 4]
         from fraction in Gen.Double[0.5, 1]
         from beta in Gen.Frequency((3, Gen.Const(1f)), (1, Gen.Float[0.25f, 8]))
         from zeroPoint in Operands.ZeroPoints
         from pattern in Operands.Patterns
         from wide in Gen.Bool
         from seed in Gen.Int
         select (rows, depth, scale: (float)(fraction * Math.Pow(2, exponent)), beta, zeroPoint, pattern, wide, seed))
        .Sample(
            s =>
            {
                int[] x = Operands.Int8s(s.rows * s.depth, s.pattern, new Random(s.seed));
                GraphRunner runner = GraphRunner.For(Create([s.rows, s.depth], s.scale, s.zeroPoint, s.beta, s.wide ? 16 : 8));
                int[] expected = SoftmaxOracle.Run(x, s.depth, (double)s.beta * s.scale, s.wide ? 16 : 8);
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 500);

    [Fact]
    public void Comes_close_to_the_real_function() =>
        (from depth in Gen.Int[1, 30]
         from scale in Gen.Float[0.001f, 1]
         from seed in Gen.Int
         select (depth, scale, seed))
        .Sample(
            s =>
            {
                int[] x = Operands.Int8s(s.depth, Pattern.Random, new Random(s.seed));
                double sum = x.Sum(v => Math.Exp(v * s.scale));
                int[] y = GraphRunner.For(Create([1, s.depth], s.scale, 0, 1, 16)).Run(x);
                for (int i = 0; i < y.Length; i++) Assert.InRange(y[i] - (Math.Exp(x[i] * s.scale) / sum * 65536) + 32768, -2, 2);
            },
            iter: 200);

    [Fact]
    public void Stores_no_exponential_that_makes_no_difference()
    {
        // exp(-14) is the first below 2^-20, half of the last bit of the sum.
        byte[] coarse = GraphRunner.For(Create([1, 4], 1, 0, 1, 8)).Result.Blob;
        byte[] fine = GraphRunner.For(Create([1, 4], 0.5f, 0, 1, 8)).Result.Blob;
        Assert.Equal(4 * (28 - 14), fine.Length - coarse.Length);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Activation("input", [1, 4], 0.1f, 0);
        Refusal.Demand("scale 1/256 and zero point -128", new Softmax(input, Operands.Activation("output", [1, 4], 1f / 128, -128), 1));
        Refusal.Demand("scale 1/256 and zero point -128", new Softmax(input, Operands.Activation("output", [1, 4], 1f / 256, 0), 1));
        Refusal.Demand("does not follow", new Softmax(input, Operands.Activation("output", [2, 2], 1f / 256, -128), 1));
        Refusal.Demand("does not follow", new Softmax(input, Operands.Activation("output", [1, 5], 1f / 256, -128), 1));
        Refusal.Demand("empty", Create([3, 0], 0.1f, 0, 1, 8));
        Refusal.Demand("beta", new Softmax(input, Operands.Activation("output", [1, 4], 1f / 256, -128), 0));
        Refusal.Demand("supported are 4095", Create([1, 4096], 0.1f, 0, 1, 8));
        GraphTensor real = new("real", ElementType.Float32, [1, 4]);
        Refusal.Demand("Float32", new Softmax(real, Operands.Activation("output", [1, 4], 1f / 256, -128), 1));
    }

    private static Softmax Create(int[] shape, float scale, int zeroPoint, float beta, int bits)
    {
        GraphTensor output = bits == 8
            ? Operands.Activation("output", shape, 1f / 256, -128)
            : new GraphTensor("output", ElementType.Int16, shape) { Quantization = new Quantization(1f / 65536, -32768) };
        return new Softmax(Operands.Activation("input", shape, scale, zeroPoint), output, beta);
    }

    /// <summary>Two floats whose product gives a multiplier of 31 bits exactly: the first pair of many.</summary>
    private static (float Scale, float Beta) FactorsOf(QuantizedMultiplier wanted)
    {
        double product = Math.ScaleB(wanted.Multiplier, wanted.Exponent - 31 - 26);
        for (float beta = 1; beta < 2; beta = MathF.BitIncrement(beta))
        {
            float scale = (float)(product / beta);
            if (QuantizedMultiplier.FromReal((double)beta * scale * (1 << 26)) == wanted) return (scale, beta);
        }

        throw new InvalidOperationException("No two floats give the multiplier.");
    }
}
