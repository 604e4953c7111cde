using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstmInt16;

namespace EdgeInfer.Tests.Operators;

/// <summary>Long short-term memory over 16-bit vectors.</summary>
public class Int16LstmTests
{
    private static readonly string[] GateNames = ["input", "forget", "cell", "output"];

    public static TheoryData<string> Cases => KernelCase.NamesOf("lstm_s16");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("lstm_s16", name);
        LstmParameters p = new()
        {
            Wide = true,
            Inputs = golden["input_size"],
            Cells = golden["recurrent_size"],
            Gates =
            [
                .. GateNames.Select(g => new LstmGateParameters(
                    golden.Integers($"{g}_gate_input_weights"),
                    golden.Integers($"{g}_gate_recurrent_weights"),
                    golden.LongsOrNull($"{g}_gate_bias")!,
                    (golden[$"{g}_gate_input_multiplier"], golden[$"{g}_gate_input_shift"]),
                    (golden[$"{g}_gate_recurrent_multiplier"], golden[$"{g}_gate_recurrent_shift"]))),
            ],
            InputZeroPoint = 0,
            HiddenZeroPoint = 0,
            CellExponent = golden["cell_scale_power"],
            CellClip = golden["cell_clip"],
            HiddenScale = Math.ScaleB(1, -30) / Math.ScaleB(golden["output_multiplier"], golden["output_shift"] - 31),
        };
        BlobEditor editor = Pack(p, golden["batch_size"], golden["time_steps"], timeMajor: name != "lstm_one_time_step_s16");
        int record = editor.Find(OperatorCode.UnidirectionalSequenceLstmInt16);
        Assert.Equal((golden["forget_to_cell_multiplier"], 31 - golden["forget_to_cell_shift"]), (editor[record + Layout.ForgetScale], editor[record + Layout.ForgetScale + 1]));
        (editor[record + Layout.UpdateScale], editor[record + Layout.UpdateScale + 1]) = (golden["input_to_cell_multiplier"], 31 - golden["input_to_cell_shift"]);
        (editor[record + Layout.HiddenScale], editor[record + Layout.HiddenScale + 1]) = (golden["output_multiplier"], 31 - golden["output_shift"]);

        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input")));
    }

    [Fact]
    public void A_literal_example()
    {
        // One cell; its gates see 0 but for the cell gate, which sees 1: sigmoid(0) = 1/2, tanh(1) = 0.7616.
        LstmGateParameters idle = new([0], [0], [0], (1 << 30, 1), (1 << 30, 1));
        LstmParameters p = new()
        {
            Wide = true,
            Inputs = 1,
            Cells = 1,
            Gates = [idle, idle, idle with { InputWeights = [64] }, idle],
            InputZeroPoint = 0,
            HiddenZeroPoint = 0,
            CellExponent = -12,
            CellClip = 0,
            HiddenScale = 1.0 / 1024,
        };
        GraphRunner runner = GraphRunner.For(Pack(p, 1, 3, timeMajor: false).Seal());

        // The cell becomes 0.3808, then half of itself and 0.3808: 0.5712, then 0.6664; half of the tanh of each in 1024ths.
        int[] expected = [.. new[] { 0.3808, 0.5712, 0.6664 }.Select(c => (int)Math.Round(512 * Math.Tanh(c)))];
        Assert.Equal(expected, runner.Run([64, 64, 64]));

        // The cell is kept from one inference to the next, until it is reset.
        Assert.Equal((int)Math.Round(512 * Math.Tanh(0.7140)), runner.Run([64, 64, 64])[0]);
        runner.Reset();
        Assert.Equal(expected, runner.Run([64, 64, 64]));
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from batches in Gen.Int[1, 3]
         from steps in Gen.Int[1, 4]
         from inputs in Gen.Int[1, 70]
         from cells in Gen.Int[1, 24]
         from timeMajor in Gen.Bool
         from cellExponent in Gen.Int[-17, -9]
         from clipped in Gen.Bool
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (batches, steps, inputs, cells, timeMajor, cellExponent, clipped, pattern, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                LstmParameters p = Random(s.inputs, s.cells, random) with { CellExponent = s.cellExponent, CellClip = s.clipped ? random.Next(1, 32768) : 0 };
                GraphRunner runner = GraphRunner.For(Pack(p, s.batches, s.steps, s.timeMajor).Seal());
                LstmOracle[] oracles = [.. Enumerable.Range(0, s.batches).Select(_ => new LstmOracle(p))];
                for (int frame = 0; frame < 2; frame++)
                {
                    int[] x = Operands.Int16s(s.batches * s.steps * s.inputs, s.pattern, random);
                    int[] expected = new int[s.batches * s.steps * s.cells];
                    for (int step = 0; step < s.steps; step++)
                    {
                        for (int batch = 0; batch < s.batches; batch++)
                        {
                            int row = s.timeMajor ? (step * s.batches) + batch : (batch * s.steps) + step;
                            oracles[batch].Step(x[(row * s.inputs)..((row + 1) * s.inputs)]).CopyTo(expected, row * s.cells);
                        }
                    }

                    Assert.Equal(expected, frame == 0 ? runner.Run(x) : runner.RunInSteps(x));
                }
            },
            iter: 400);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        LstmParameters p = Random(3, 2, new Random(1));
        Refusal.Demand("is Int8, supported is Int16", OperatorOf(p, 1, 4, false, output: Operands.Activation("output", [1, 4, 2], 0.01f, 0)));
        Refusal.Demand("Int64", OperatorOf(p, 1, 4, false, biasType: ElementType.Int32));
        Refusal.Demand("gates of 12 fractional bits", OperatorOf(p, 1, 4, false, inputScale: 100));
        Operator good = OperatorOf(p, 1, 4, false);
        RecordRefusal.Demand("cells", good, Layout.Cells, 0);
        RecordRefusal.Demand("input weights", good, Layout.InputWeights, 1 << 20);
        RecordRefusal.Demand("sigmoid", good, Layout.Sigmoid, 1 << 20);
        RecordRefusal.Demand("multiplier", good, Layout.GateScales, 32768);
        RecordRefusal.Demand("shift", good, Layout.GateScales + 3, 63);
        RecordRefusal.Demand("tanh shift", good, Layout.TanhShift, 16);
        RecordRefusal.Demand("cell min", good, Layout.CellMin, 1);
        RecordRefusal.Demand("input", good, Layout.Inputs, 4);
    }

    private static LstmParameters Random(int inputs, int cells, Random random)
    {
        int scale = random.Next(-17, -8);
        (int, int) Scale() => (random.Next(1 << 30, int.MaxValue), scale);
        return new LstmParameters
        {
            Wide = true,
            Inputs = inputs,
            Cells = cells,
            Gates =
            [
                .. Enumerable.Range(0, 4).Select(_ => new LstmGateParameters(
                    Operands.Int8s(cells * inputs, Pattern.Random, random),
                    Operands.Int8s(cells * cells, Pattern.Random, random),
                    [.. Enumerable.Range(0, cells).Select(_ => random.NextInt64(-5000000, 5000000))],
                    Scale(),
                    Scale())),
            ],
            InputZeroPoint = 0,
            HiddenZeroPoint = 0,
            CellExponent = -12,
            CellClip = 0,
            HiddenScale = (float)(0.5 + random.NextDouble()) / 32768,
        };
    }

    /// <summary>Packs the operator with any scales, and puts the multipliers of its gates into its record.</summary>
    private static BlobEditor Pack(LstmParameters p, int batches, int steps, bool timeMajor)
    {
        BlobEditor editor = new(GraphRunner.For(OperatorOf(p, batches, steps, timeMajor)).Result.Blob);
        int record = editor.Find(OperatorCode.UnidirectionalSequenceLstmInt16);
        int[] order = [0, 1, 3, 2];
        for (int gate = 0; gate < order.Length; gate++)
        {
            LstmGateParameters g = p.Gates[order[gate]];
            int field = record + Layout.GateScales + (4 * gate);
            foreach ((int multiplier, int exponent) in new[] { g.InputScale, g.RecurrentScale })
            {
                editor[field++] = multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff;
                editor[field++] = 15 - exponent;
            }
        }

        return editor;
    }

    private static UnidirectionalSequenceLstm OperatorOf(
        LstmParameters p, int batches, int steps, bool timeMajor, GraphTensor? output = null, ElementType biasType = ElementType.Int64, float inputScale = 0.001f)
    {
        int[] rows = timeMajor ? [steps, batches] : [batches, steps];
        Quantization hidden = new((float)p.HiddenScale, 0);
        float cellScale = MathF.ScaleB(1, p.CellExponent);
        LstmGate[] gates =
        [
            .. p.Gates.Select(g => new LstmGate(
                Operands.Weights([p.Cells, p.Inputs], g.InputWeights, [0.001f]), Operands.Weights([p.Cells, p.Cells], g.RecurrentWeights, [0.001f]), Operands.WideBias(g.Bias, biasType)!)),
        ];
        return new(
            Operands.Wide("input", [.. rows, p.Inputs], inputScale), gates[0], gates[1], gates[2], gates[3],
            new GraphTensor("hidden", ElementType.Int16, [batches, p.Cells]) { IsVariable = true, Quantization = hidden },
            new GraphTensor("cell", ElementType.Int16, [batches, p.Cells]) { IsVariable = true, Quantization = new Quantization(cellScale, 0) },
            output ?? new GraphTensor("output", ElementType.Int16, [.. rows, p.Cells]) { Quantization = hidden }, timeMajor, p.CellClip * cellScale);
    }
}
