using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.SoftmaxInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>The normalised exponential of 16-bit numbers.</summary>
public class Int16SoftmaxTests
{
    [Fact]
    public void Literal_examples()
    {
        Assert.Equal([8192, 8192, 8192, 8192], GraphRunner.For(Create([1, 4], 0.01f)).Run([5, 5, 5, 5]));

        // Whatever is 10 or more below the largest counts as 10: exp(-10) is 1.5, and the table has 2.
        Assert.Equal([32766, 2], GraphRunner.For(Create([1, 2], 0.01f)).Run([32767, -32768]));

        // exp(0) / (exp(0) + exp(-ln 3)) = 3/4, 24576 but for the tables.
        Assert.Equal([24575, 8192], GraphRunner.For(Create([1, 2], 0.0001f)).Run([10986, 0]));
    }

    [Fact]
    public void The_tables_are_those_of_the_reference_kernels()
    {
        BlobEditor editor = new(GraphRunner.For(Create([1, 2], 1)).Result.Blob);
        Model model = Model.Load(editor.Seal());
        int record = editor.Find(OperatorCode.SoftmaxInt16);
        int[] exponentials = [.. model.Halves.Skip(editor[record + Layout.Exponentials]).Take(Layout.TableLength).Select(h => (int)h)];
        int[] reciprocals = [.. model.Halves.Skip(editor[record + Layout.Reciprocals]).Take(Layout.TableLength).Select(h => (int)h)];

        Assert.Equal([2, 2, 2, 2, 2], exponentials[..5]);
        Assert.Equal([31512, 32133, 32767], exponentials[^3..]);
        Assert.Equal((1694030, 781484582L), (exponentials.Sum(), exponentials.Select((e, i) => (long)e * i).Sum()));
        Assert.Equal([32767, 32704, 32640, 32578, 32514], reciprocals[..5]);
        Assert.Equal([16416, 16400, 16384], reciprocals[^3..]);
        Assert.Equal((11653643, 2640032328L), (reciprocals.Sum(), reciprocals.Select((e, i) => (long)e * i).Sum()));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from rows in Gen.Int[1, 3]
         from depth in Gen.Frequency((5, Gen.Int[1, 20]), (1, Gen.Int[100, 300]))
         from exponent in Gen.Int[-16, -1]
         from fraction in Gen.Float[0.5f, 1]
         from beta in Gen.Frequency((3, Gen.Const(1f)), (1, Gen.Float[0.25f, 4]))
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (rows, depth, scale: MathF.ScaleB(fraction, exponent), beta, pattern, seed))
        .Sample(
            s =>
            {
                int[] x = Operands.Int16s(s.rows * s.depth, s.pattern, new Random(s.seed));
                GraphRunner runner = GraphRunner.For(Create([s.rows, s.depth], s.scale, s.beta));
                int[] expected = Int16FunctionOracle.Softmax(x, s.depth, (double)s.scale * s.beta);
                Assert.Equal(expected, runner.Run(x));
                Assert.Equal(expected, runner.RunInSteps(x));
            },
            iter: 400);

    [Fact]
    public void Comes_close_to_the_real_function() =>
        (from depth in Gen.Int[1, 30] from scale in Gen.Float[0.00001f, 0.0003f] from seed in Gen.Int select (depth, scale, seed)).Sample(
            s =>
            {
                int[] x = Operands.Int16s(s.depth, Pattern.Random, new Random(s.seed));
                double sum = x.Sum(v => Math.Exp(v * (double)s.scale));
                int[] y = GraphRunner.For(Create([1, s.depth], s.scale)).Run(x);
                for (int i = 0; i < y.Length; i++) Assert.InRange(y[i] - (Math.Exp(x[i] * (double)s.scale) / sum * 32768), -32, 32);
            },
            iter: 200);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        GraphTensor input = Operands.Wide("input", [1, 4], 0.1f);
        Refusal.Demand("scale 1/32768 and zero point 0", new Softmax(input, Operands.Wide("output", [1, 4], 1f / 65536), 1));
        Refusal.Demand("does not follow", new Softmax(input, Operands.Wide("output", [2, 2], 1f / 32768), 1));
        Refusal.Demand("is Int8, supported is Int16", new Softmax(input, Operands.Activation("output", [1, 4], 1f / 256, -128), 1));
        Refusal.Demand("beta", Create([1, 4], 1, 0));
        Refusal.Demand("beta", Create([1, 4], 10, 1));
        Refusal.Demand("supported are 65535", Create([1, 65536], 0.1f));
        Operator good = Create([2, 4], 0.1f);
        RecordRefusal.Demand("exponentials", good, Layout.Exponentials, 1 << 20);
        RecordRefusal.Demand("reciprocals", good, Layout.Reciprocals, -1);
        RecordRefusal.Demand("depth", good, Layout.Depth, 0);
        RecordRefusal.Demand("input", good, Layout.Depth, 5);
        RecordRefusal.Demand("shift", good, Layout.Shift, 0);
    }

    private static Softmax Create(int[] shape, float scale, float beta = 1) => new(Operands.Wide("input", shape, scale), Operands.Wide("output", shape, 1f / 32768), beta);
}
