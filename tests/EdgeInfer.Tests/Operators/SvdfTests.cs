using System.Runtime.InteropServices;
using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.Svdf;

namespace EdgeInfer.Tests.Operators;

public class SvdfTests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("svdf");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("svdf", name);
        SvdfParameters parameters = new()
        {
            Inputs = golden["input_size"],
            Filters = golden["feature_batches"],
            Rank = golden["rank"],
            Memory = golden["time_batches"],
            FeatureWeights = golden.Integers("weights_feature"),
            TimeWeights = golden.Integers("weights_time"),
            Bias = golden.Integers("bias"),
            IsWide = golden["in_activation_max"] > sbyte.MaxValue,
            ZeroPoints = (golden["input_offset"], 0, golden["output_offset"]),
            FeatureScale = (golden["multiplier_in"], golden["shift_1"]),
            TimeScale = (golden["multiplier_out"], golden["shift_2"]),
        };
        int row = golden["input_batches"] * parameters.Inputs;
        GraphRunner runner = Create(parameters, golden["input_batches"]);

        int[] sequence = golden.Integers("input_sequence");
        int[] y = [];
        for (int step = 0; step < sequence.Length; step += row) y = runner.Run(sequence[step..(step + row)]);
        Assert.Equal(golden.Integers("output"), y);
    }

    [Fact]
    public void A_literal_example()
    {
        // Two filters of two inputs, which remember two values, make one output; all factors are 1.
        GraphRunner runner = Create(Literal(isWide: false), 1);

        // Features 1 * 2 + 2 * 3 = 8 and 1 * 2 - 1 * 3 = -1; 10 * 8, 3 * -1 and the bias.
        Assert.Equal([80 - 3 + 2], runner.Run([2, 3]));

        // Features 0 and 3; now the older ones count too: 1 * 8 + 10 * 0, -2 * -1 + 3 * 3.
        Assert.Equal([8 + 11 + 2], runner.Run([2, -1]));
        runner.Interpreter.Reset();
        Assert.Equal([79], runner.Run([2, 3]));
    }

    [Fact]
    public void The_newest_value_wraps_where_the_zero_point_moves_it_out_of_range()
    {
        SvdfParameters parameters = Literal(isWide: false) with { Filters = 1, FeatureWeights = [100, 0], TimeWeights = [0, 1], ZeroPoints = (0, -50, 0), Rank = 1 };

        // 100 * -2 is clamped to -128, moved to -178 and so becomes 78, 128 above the zero point.
        Assert.Equal([127], Create(parameters, 1).Run([-2, 0]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from batches in Gen.Frequency((3, Gen.Const(1)), (1, Gen.Int[2, 4]))
         from inputs in Gen.Frequency((3, Gen.Int[1, 40]), (1, Gen.Int[40, 120]))
         from rank in Gen.Int[1, 4]
         from outputs in Gen.Int[1, 10]
         from memory in Gen.Int[1, 21]
         from exponents in Gen.Select(Gen.Int[-16, 0], Gen.Int[-16, 0])
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from flags in Gen.Int[0, 7]
         from seed in Gen.Int
         select (batches, inputs, rank, outputs, memory, exponents, patterns, isWide: (flags & 1) != 0, hasBias: (flags & 2) != 0, packWeights: (flags & 4) != 0, seed))
        .Sample(s => Check(s.batches, s.inputs, s.rank, s.outputs, s.memory, s.exponents, s.patterns, s.isWide, s.hasBias, s.packWeights, s.seed), iter: 1000);

    [Fact]
    public void Scales_are_multiplied_in_single_precision()
    {
        SvdfParameters p = Literal(isWide: true);
        GraphTensor[] t = Tensors(p, 1, 0.0123f, 0.0345f, 0.00567f, 0.0678f, 0.891f);
        BlobEditor editor = new(GraphRunner.For(OperatorOf(p, t)).Result.Blob);
        int record = editor.Find(OperatorCode.Svdf);
        (int multiplier, int exponent) = GemmlowpOracle.Quantize(0.0123f * 0.0345f / 0.0678f);
        Assert.Equal((multiplier, 31 - exponent), (editor[record + Layout.FeatureMultiplier], editor[record + Layout.FeatureShift]));
        (multiplier, exponent) = GemmlowpOracle.Quantize(0.0678f * 0.00567f / 0.891f);
        Assert.Equal((multiplier, 31 - exponent), (editor[record + Layout.TimeMultiplier], editor[record + Layout.TimeShift]));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        SvdfParameters p = Literal(isWide: false);
        GraphTensor[] t = Tensors(p, 1, 1, 1, 1, 1, 1);
        Refusal.Demand("do not fit together", OperatorOf(p with { Rank = 3 }, t));
        Refusal.Demand("do not fit together", OperatorOf(p with { Rank = 0 }, t));
        Refusal.Demand("do not fit together", OperatorOf(p, [Operands.Activation("input", [1, 3], 1, 0), .. t[1..]]));
        Refusal.Demand("one type for both", OperatorOf(p, [.. t[..2], Tensors(p with { IsWide = true }, 1, 1, 1, 1, 1, 1)[2], .. t[3..]]));
        GraphTensor fixedState = new("state", ElementType.Int8, [1, 4]) { Quantization = new Quantization(1, 0) };
        Refusal.Demand("not a variable", OperatorOf(p, [.. t[..4], fixedState, t[5]]));
        GraphTensor computed = Operands.Activation("computed", [2, 2], 1, 0);
        Refusal.Demand("computed", OperatorOf(p, [t[0], computed, .. t[2..]]));
        Refusal.Demand("computed", OperatorOf(p, [.. t[..2], computed, .. t[3..]]));
        Refusal.Demand("out of range", OperatorOf(p, Tensors(p, 1, 1e20f, 1e20f, 1, 1, 1)));
    }

    private static SvdfParameters Literal(bool isWide) => new()
    {
        Inputs = 2,
        Filters = 2,
        Rank = 2,
        Memory = 2,
        FeatureWeights = [1, 2, 1, -1],
        TimeWeights = [1, 10, -2, 3],
        Bias = [2],
        IsWide = isWide,
        ZeroPoints = (0, 0, 0),
        FeatureScale = (1 << 30, 1),
        TimeScale = (1 << 30, 1),
    };

    private static void Check(
        int batches, int inputs, int rank, int outputs, int memory, (int Feature, int Time) exponents, (Pattern Input, Pattern Weights) patterns, bool isWide, bool hasBias, bool packWeights, int seed)
    {
        Random random = new(seed);
        int filters = rank * outputs;
        SvdfParameters p = new()
        {
            Inputs = inputs,
            Filters = filters,
            Rank = rank,
            Memory = memory,
            FeatureWeights = Operands.Int8s(filters * inputs, patterns.Weights, random),
            TimeWeights = isWide ? [.. Enumerable.Range(0, filters * memory).Select(_ => random.Next(-1000, 1000))] : Operands.Int8s(filters * memory, patterns.Weights, random),
            Bias = hasBias ? [.. Enumerable.Range(0, outputs).Select(_ => random.Next(-10000, 10000))] : null,
            IsWide = isWide,
            ZeroPoints = (random.Next(-128, 128), isWide ? 0 : random.Next(-128, 128), random.Next(-128, 128)),
            FeatureScale = (random.Next(1 << 30, int.MaxValue), exponents.Feature),
            TimeScale = (random.Next(1 << 30, int.MaxValue), exponents.Time),
        };
        GraphRunner runner = Create(p, batches, packWeights);
        SvdfOracle oracle = new(p, batches);
        for (int frame = 0; frame < memory + 3; frame++)
        {
            int[] x = Operands.Int8s(batches * inputs, patterns.Input, random);
            Assert.Equal(oracle.Run(x), frame % 2 == 0 ? runner.Run(x) : runner.RunInSteps(x));
        }
    }

    /// <summary>Packs the operator with scales of 1 and puts the multipliers into its record.</summary>
    private static GraphRunner Create(SvdfParameters p, int batches, bool packWeights = false)
    {
        BlobEditor editor = new(GraphRunner.For(OperatorOf(p, Tensors(p, batches, 1, 1, 1, 1, 1)), packWeights).Result.Blob);
        int record = editor.Find(OperatorCode.Svdf);
        editor[record + Layout.FeatureMultiplier] = p.FeatureScale.Multiplier;
        editor[record + Layout.FeatureShift] = 31 - p.FeatureScale.Exponent;
        editor[record + Layout.TimeMultiplier] = p.TimeScale.Multiplier;
        editor[record + Layout.TimeShift] = 31 - p.TimeScale.Exponent;
        return GraphRunner.For(editor.Seal());
    }

    private static Svdf OperatorOf(SvdfParameters p, GraphTensor[] t) => new(t[0], t[1], t[2], p.Bias is null ? null : t[3], t[4], t[5], p.Rank, FusedActivation.None);

    private static GraphTensor[] Tensors(SvdfParameters p, int batches, float input, float feature, float time, float state, float output)
    {
        ElementType type = p.IsWide ? ElementType.Int16 : ElementType.Int8;
        byte[] timeWeights = p.IsWide ? MemoryMarshal.AsBytes<short>([.. p.TimeWeights.Select(w => (short)w)]).ToArray() : [.. p.TimeWeights.Select(w => (byte)w)];
        int remembered = p.Filters * p.Memory;
        return
        [
            Operands.Activation("input", [batches, p.Inputs], input, p.ZeroPoints.Input),
            Operands.Weights([p.Filters, p.Inputs], p.FeatureWeights, [feature]),
            new("time", type, [p.Filters, p.Memory]) { Data = timeWeights, Quantization = new Quantization(time, 0) },
            Operands.Bias(p.Bias ?? [])!,
            new("state", type, [batches, remembered])
            {
                IsVariable = true,
                InitialData = p.IsWide ? null : [.. Enumerable.Repeat((byte)p.ZeroPoints.State, batches * remembered)],
                Quantization = new Quantization(state, p.ZeroPoints.State),
            },
            Operands.Activation("output", [batches, p.Filters / p.Rank], output, p.ZeroPoints.Output),
        ];
    }
}
