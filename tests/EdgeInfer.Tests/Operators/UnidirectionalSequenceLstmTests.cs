using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Oracles;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstm;

namespace EdgeInfer.Tests.Operators;

public class UnidirectionalSequenceLstmTests
{
    private static readonly string[] GateNames = ["input", "forget", "cell", "output"];

    public static TheoryData<string> Cases => KernelCase.NamesOf("lstm_s8");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name)
    {
        KernelCase golden = KernelCase.Load("lstm_s8", name);
        LstmParameters p = new()
        {
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
            InputZeroPoint = -golden["input_zero_point"],
            HiddenZeroPoint = golden["output_zero_point"],
            CellExponent = golden["cell_scale_power"],
            CellClip = golden["cell_clip"],
            HiddenScale = Math.ScaleB(1, -30) / Math.ScaleB(golden["output_multiplier"], golden["output_shift"] - 31),
        };
        bool timeMajor = name != "lstm_one_time_step";
        BlobEditor editor = Pack(p, golden["batch_size"], golden["time_steps"], timeMajor);
        int record = editor.Find(OperatorCode.UnidirectionalSequenceLstm);
        Assert.Equal((golden["forget_to_cell_multiplier"], 31 - golden["forget_to_cell_shift"]), (editor[record + Layout.ForgetScale], editor[record + Layout.ForgetScale + 1]));
        Assert.Equal((golden["input_to_cell_multiplier"], 31 - golden["input_to_cell_shift"]), (editor[record + Layout.UpdateScale], editor[record + Layout.UpdateScale + 1]));
        editor[record + Layout.HiddenScale] = golden["output_multiplier"];
        editor[record + Layout.HiddenScale + 1] = 31 - golden["output_shift"];

        Assert.Equal(golden.Integers("output"), GraphRunner.For(editor.Seal()).Run(golden.Integers("input")));
    }

    [Fact]
    public void A_literal_example()
    {
        // One cell; its gates see 0 but for the cell gate, which sees 1: sigmoid(0) = 1/2, tanh(1) = 0.7616.
        LstmGateParameters idle = new([0], [0], [0], (1 << 30, 1), (1 << 30, 1));
        LstmParameters p = new()
        {
            Inputs = 1,
            Cells = 1,
            Gates = [idle, idle, idle with { InputWeights = [64] }, idle],
            InputZeroPoint = 0,
            HiddenZeroPoint = 10,
            CellExponent = -12,
            CellClip = 0,
            HiddenScale = 1.0 / 128,
        };
        GraphRunner runner = GraphRunner.For(Pack(p, 1, 3, timeMajor: false).Seal());

        // The cell becomes 0.3808, then half of itself and 0.3808: 0.5712, then 0.6664; half of the tanh of each in 128ths.
        int[] expected = [.. new[] { 0.3808, 0.5712, 0.6664 }.Select(c => 10 + (int)Math.Round(64 * Math.Tanh(c)))];
        Assert.Equal(expected, runner.Run([64, 64, 64]));

        // The cell is kept from one inference to the next, until it is reset.
        Assert.Equal(10 + (int)Math.Round(64 * Math.Tanh(0.7140)), runner.Run([64, 64, 64])[0]);
        runner.Reset();
        Assert.Equal(expected, runner.Run([64, 64, 64]));
    }

    [Fact]
    public void The_table_is_that_of_the_reference_kernels()
    {
        BlobEditor editor = Pack(Random(3, 2, new Random(1)), 1, 1, timeMajor: false);
        Model model = Model.Load(editor.Seal());
        int first = editor[editor.Find(OperatorCode.UnidirectionalSequenceLstm) + Layout.Sigmoid];
        Assert.All(Enumerable.Range(0, Layout.TableReach + 1), i => Assert.Equal(model.Halves[first + Layout.TableReach + i], -model.Halves[first + Layout.TableReach - i]));
        Assert.All(Enumerable.Range(256, Layout.TableReach - 255), i => Assert.Equal(short.MaxValue, model.Halves[first + Layout.TableReach + i]));
        int[] table = [.. model.Halves.Skip(first + Layout.TableReach).Take(256).Select(h => h + 32768)];

        Assert.Equal([32768, 33451, 34133, 34813, 35493], table[..5]);
        Assert.Equal([52311, 52745, 53169, 53581, 53983], table[33..38]);
        Assert.Equal([65534, 65534, 65535], table[253..]);
        Assert.Equal(15670629, table.Sum());
        Assert.Equal(2108062945L, table.Select((entry, i) => (long)i * entry).Sum());
    }

    [Fact]
    public void Sigmoid_and_tanh_come_close_to_the_real_functions()
    {
        for (int value = short.MinValue; value <= short.MaxValue; value += 7)
        {
            Assert.InRange(LstmOracle.Sigmoid(value) - (32768 / (1 + Math.Exp(-value / 4096.0))), -1.6, 1.6);
            Assert.InRange(LstmOracle.Tanh(value, -12) - (32768 * Math.Tanh(value / 4096.0)), -3.1, 3.1);
        }
    }

    [Fact]
    public void Agrees_with_the_definition() =>
        (from batches in Gen.Int[1, 3]
         from steps in Gen.Int[1, 7]
         from inputs in Gen.Int[1, 40]
         from cells in Gen.Int[1, 24]
         from timeMajor in Gen.Bool
         from packWeights in Gen.Bool
         from cellExponent in Gen.Int[-17, -9]
         from clip in Gen.Int[0, 1]
         from pattern in Operands.Patterns
         from seed in Gen.Int
         select (batches, steps, inputs, cells, timeMajor, packWeights, cellExponent, clip, pattern, seed))
        .Sample(s => Check(s.batches, s.steps, s.inputs, s.cells, s.timeMajor, s.packWeights, s.cellExponent, s.clip != 0, s.pattern, s.seed), iter: 600);

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        LstmParameters p = Random(3, 2, new Random(1));
        Refusal.Demand("do not fit together", OperatorOf(p, 1, 4, false, t => t["output"] = Operands.Activation("output", [1, 4, 3], 0.01f, p.HiddenZeroPoint)));
        Refusal.Demand("differ in scale", OperatorOf(p, 1, 4, false, t => t["output"] = Operands.Activation("output", [1, 4, 2], 0.02f, p.HiddenZeroPoint)));
        Refusal.Demand("three dimensions", OperatorOf(p, 1, 4, false, t => t["input"] = Operands.Activation("input", [4, 3], 1, 0)));
        Refusal.Demand("power of two", OperatorOf(p, 1, 4, false, t => t["cell"] = State("cell", ElementType.Int16, [1, 2], new Quantization(0.001f, 0))));
        Refusal.Demand("power of two", OperatorOf(p, 1, 4, false, t => t["cell"] = State("cell", ElementType.Int16, [1, 2], new Quantization(1f / 4096, 1))));
        Refusal.Demand("Int16", OperatorOf(p, 1, 4, false, t => t["cell"] = State("cell", ElementType.Int8, [1, 2], new Quantization(1f / 4096, 0))));
        Refusal.Demand("not variables", OperatorOf(p, 1, 4, false, t => t["hidden"] = Operands.Activation("hidden", [1, 2], 0.01f, p.HiddenZeroPoint)));
    }

    private static LstmParameters Random(int inputs, int cells, Random random)
    {
        int scale = random.Next(-9, -2);
        (int, int) Scale() => (random.Next(1 << 23, 1 << 24) << 7, scale);
        return new LstmParameters
        {
            Inputs = inputs,
            Cells = cells,
            Gates =
            [
                .. Enumerable.Range(0, 4).Select(_ => new LstmGateParameters(
                    Operands.Int8s(cells * inputs, Pattern.Random, random),
                    Operands.Int8s(cells * cells, Pattern.Random, random),
                    [.. Enumerable.Range(0, cells).Select(_ => (long)random.Next(-20000, 20000))],
                    Scale(),
                    Scale())),
            ],
            InputZeroPoint = random.Next(-128, 128),
            HiddenZeroPoint = random.Next(-128, 128),
            CellExponent = -12,
            CellClip = 0,
            HiddenScale = (float)(0.5 + random.NextDouble()) / 128,
        };
    }

    private static void Check(int batches, int steps, int inputs, int cells, bool timeMajor, bool packWeights, int cellExponent, bool clipped, Pattern pattern, int seed)
    {
        Random random = new(seed);
        LstmParameters p = Random(inputs, cells, random) with { CellExponent = cellExponent, CellClip = clipped ? random.Next(1, 32768) : 0 };
        GraphRunner runner = GraphRunner.For(Pack(p, batches, steps, timeMajor, packWeights).Seal());
        LstmOracle[] oracles = [.. Enumerable.Range(0, batches).Select(_ => new LstmOracle(p))];
        for (int frame = 0; frame < 2; frame++)
        {
            int[] x = Operands.Int8s(batches * steps * inputs, pattern, random);
            int[] expected = new int[batches * steps * cells];
            for (int step = 0; step < steps; step++)
            {
                for (int batch = 0; batch < batches; batch++)
                {
                    int row = timeMajor ? (step * batches) + batch : (batch * steps) + step;
                    oracles[batch].Step(x[(row * inputs)..((row + 1) * inputs)]).CopyTo(expected, row * cells);
                }
            }

            Assert.Equal(expected, frame == 0 ? runner.Run(x) : runner.RunInSteps(x));
        }
    }

    /// <summary>Packs the operator with a float of its own for every product of scales, and puts the multipliers into its record where no float gives them.</summary>
    private static BlobEditor Pack(LstmParameters p, int batches, int steps, bool timeMajor, bool packWeights = false)
    {
        BlobEditor editor = new(GraphRunner.For(OperatorOf(p, batches, steps, timeMajor, _ => { }), packWeights).Result.Blob);
        int record = editor.Find(OperatorCode.UnidirectionalSequenceLstm);
        int[] order = [0, 1, 3, 2];
        for (int gate = 0; gate < order.Length; gate++)
        {
            LstmGateParameters g = p.Gates[order[gate]];
            int field = record + Layout.GateScales + (4 * gate);
            (editor[field], editor[field + 1]) = (g.InputScale.Multiplier, 31 - g.InputScale.Exponent);
            (editor[field + 2], editor[field + 3]) = (g.RecurrentScale.Multiplier, 31 - g.RecurrentScale.Exponent);
        }

        return editor;
    }

    private static UnidirectionalSequenceLstm OperatorOf(LstmParameters p, int batches, int steps, bool timeMajor, Action<Dictionary<string, GraphTensor>> change)
    {
        int[] rows = timeMajor ? [steps, batches] : [batches, steps];
        Quantization hidden = new((float)p.HiddenScale, p.HiddenZeroPoint);
        float cellScale = MathF.ScaleB(1, p.CellExponent);
        Dictionary<string, GraphTensor> t = new()
        {
            ["input"] = Operands.Activation("input", [.. rows, p.Inputs], 1, p.InputZeroPoint),
            ["output"] = new("output", ElementType.Int8, [.. rows, p.Cells]) { Quantization = hidden },
            ["hidden"] = State("hidden", ElementType.Int8, [batches, p.Cells], hidden),
            ["cell"] = State("cell", ElementType.Int16, [batches, p.Cells], new Quantization(cellScale, 0)),
        };
        change(t);
        LstmGate[] gates =
        [
            .. p.Gates.Select(g => new LstmGate(
                Operands.Weights([p.Cells, p.Inputs], g.InputWeights, [0.001f]), Operands.Weights([p.Cells, p.Cells], g.RecurrentWeights, [0.001f]), Operands.WideBias(g.Bias, ElementType.Int32)!)),
        ];
        return new(t["input"], gates[0], gates[1], gates[2], gates[3], t["hidden"], t["cell"], t["output"], timeMajor, p.CellClip * cellScale);
    }

    private static GraphTensor State(string name, ElementType type, int[] shape, Quantization quantization) => new(name, type, shape)
    {
        IsVariable = true,
        InitialData = type == ElementType.Int8 ? [.. Enumerable.Repeat((byte)quantization.ZeroPoint, shape[0] * shape[1])] : null,
        Quantization = quantization,
    };
}
