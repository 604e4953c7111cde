using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.UnidirectionalSequenceLstm;
using WideLayout = EdgeInfer.Kernels.UnidirectionalSequenceLstmInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Long short-term memory over a sequence, int8 or int16 with a 16-bit cell; neither peepholes nor projection nor layer normalisation.
/// Input [batches, steps, inputs], or [steps, batches, inputs] where time is major; output likewise with the cells last.
/// </summary>
/// <param name="input">Input, int8 or int16.</param>
/// <param name="inputGate">Constants of the input gate.</param>
/// <param name="forgetGate">Constants of the forget gate.</param>
/// <param name="cellGate">Constants of the cell gate.</param>
/// <param name="outputGate">Constants of the output gate.</param>
/// <param name="hiddenState">Hidden state, a variable of the output's type, [batches, cells], quantized as the output.</param>
/// <param name="cellState">Cell state, a variable of int16, [batches, cells], symmetric with a power of two as scale.</param>
/// <param name="output">Output, of the input's type.</param>
/// <param name="timeMajor">True where the first dimension is time.</param>
/// <param name="cellClip">Largest magnitude of a cell, a real number; 0 for none.</param>
/// <remarks>PrepareGateParametersInteger and CreateLstmCellStateInfo of tflite-micro (micro/kernels/lstm_eval_common.cc).</remarks>
public sealed class UnidirectionalSequenceLstm(
    GraphTensor input,
    LstmGate inputGate,
    LstmGate forgetGate,
    LstmGate cellGate,
    LstmGate outputGate,
    GraphTensor hiddenState,
    GraphTensor cellState,
    GraphTensor output,
    bool timeMajor,
    float cellClip)
    : Operator(
        [
            input,
            inputGate.InputWeights, forgetGate.InputWeights, cellGate.InputWeights, outputGate.InputWeights,
            inputGate.RecurrentWeights, forgetGate.RecurrentWeights, cellGate.RecurrentWeights, outputGate.RecurrentWeights,
            inputGate.Bias, forgetGate.Bias, cellGate.Bias, outputGate.Bias,
            hiddenState, cellState,
        ],
        [output])
{
    /// <summary>Number of gates.</summary>
    public const int GateCount = 4;

    /// <summary>Scale of a gate before its function: 12 fractional bits.</summary>
    private const float GateInputScale = 1f / 4096;

    /// <summary>Scale of a gate after its function: 15 fractional bits.</summary>
    private const double GateScale = 1.0 / 32768;

    /// <summary>Exponents of the cell state's scale for which the tanh stays within 32 bits.</summary>
    private const int MinimumCellExponent = -27;

    /// <summary>Hidden state.</summary>
    public GraphTensor HiddenState => Inputs[13]!;

    /// <summary>Cell state.</summary>
    public GraphTensor CellState => Inputs[14]!;

    /// <summary>True where the first dimension is time.</summary>
    public bool TimeMajor { get; } = timeMajor;

    /// <summary>True where every inference begins with states of zero, rather than with those that the last one left.</summary>
    public bool StartsAnew { get; init; }

    /// <summary>Largest magnitude of a cell, a real number; 0 for none.</summary>
    public float CellClip { get; } = cellClip;

    /// <inheritdoc/>
    public override long Macs => (long)Batches * Steps * Gates.Sum(g => g.InputWeights.Count + g.RecurrentWeights.Count);

    private int Batches => Input.Shape[TimeMajor ? 1 : 0];

    private int Steps => Input.Shape[TimeMajor ? 0 : 1];

    private int CellCount => HiddenState.Shape[^1];

    /// <summary>The gates in the order of the record.</summary>
    private LstmGate[] Gates => [Gate(0), Gate(1), Gate(3), Gate(2)];

    private float CellScale => CellState.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        bool wide = Int16Operands.AreOf(this);
        ElementType type = wide ? ElementType.Int16 : ElementType.Int8;
        bool good = problems.DemandType(this, "input", Input, type)
            & problems.DemandType(this, "output", Output, type)
            & problems.DemandType(this, "hidden state", HiddenState, type)
            & problems.DemandType(this, "cell state", CellState, ElementType.Int16)
            & problems.Demand(HiddenState.IsVariable && CellState.IsVariable, this, "its states are not variables");
        foreach (LstmGate gate in Gates)
        {
            good &= WeightedOperator.Check(this, gate.InputWeights, gate.Bias, problems)
                && WeightedOperator.Check(this, gate.RecurrentWeights, null, problems)
                && (!wide || problems.DemandType(this, "bias", gate.Bias, ElementType.Int64));
        }

        if (!good || !CheckShapes(problems)) return;
        GraphTensor[] quantized = [Input, Output, HiddenState, CellState, .. Gates.SelectMany(g => new[] { g.InputWeights, g.RecurrentWeights })];
        if (!problems.Demand(!quantized.Any(t => t.Quantization!.IsPerChannel), this, "a tensor of it has a scale of its own for every channel; supported is one for the whole tensor")) return;
        problems.Demand(HiddenState.Quantization!.IsSameAs(Output.Quantization), this, "its hidden state and its output differ in scale or zero point");
        problems.Demand(float.IsFinite(CellClip), this, $"its cell clip {CellClip} is not a number");
        CheckCell(problems);
        foreach (LstmGate gate in Gates)
        {
            UnaryOperator.CheckRatio(this, InputRatio(gate), problems);
            UnaryOperator.CheckRatio(this, RecurrentRatio(gate), problems);
        }

        UnaryOperator.CheckRatio(this, HiddenRatio(), problems);
        if (!wide) return;

        problems.Demand(
            Gates.All(gate => InputRatio(gate) < Int16Convolution.FactorLimit && RecurrentRatio(gate) < Int16Convolution.FactorLimit),
            this,
            "the scales of its inputs and weights are too large for gates of 12 fractional bits",
            "Calibrate the model with representative data");
        problems.Demand(
            Input.Quantization!.ZeroPoint == 0 && Output.Quantization!.ZeroPoint == 0,
            this,
            "its input or output of 16 bits has a zero point other than 0",
            "Quantize the model with the TFLite converter, which sets it so",
            ErrorCode.Quantization);
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (StartsAnew)
        {
            DataMovement.Fill(packer, HiddenState, HiddenState.Quantization!.ZeroPoint);
            DataMovement.Fill(packer, CellState, 0);
        }

        if (Int16Operands.AreOf(this))
        {
            PackWide(packer);
            return;
        }

        LstmGate[] gates = Gates;
        int inputs = Input.Shape[2];
        PackedRecord record = packer.Add(OperatorCode.UnidirectionalSequenceLstm, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        record.SetOperand(Layout.HiddenState, HiddenState);
        record.SetOperand(Layout.CellState, CellState);
        int block = Steps >= Layout.FullBlock && !packer.PackWeights ? Layout.FullBlock : 1;
        int rows = Layout.Gates * CellCount;
        sbyte[] inputWeights = Join<sbyte>(gates.Select(g => g.InputWeights));
        sbyte[] recurrentWeights = Join<sbyte>(gates.Select(g => g.RecurrentWeights));
        record.SetScratch(Layout.Sums, TensorType.Int32, Layout.SumsOf(rows, block));
        record.SetMatrix(Layout.InputWeights, Layout.PackedInput, inputWeights, rows);
        record.SetMatrix(Layout.RecurrentWeights, Layout.PackedRecurrent, recurrentWeights, rows);
        record.SetTable(Layout.Biases, ChannelTable.FoldedBiases(inputWeights, rows, Join<int>(gates.Select(g => g.Bias)), Input.Quantization!.ZeroPoint));
        record.SetTable(Layout.RecurrentBiases, ChannelTable.FoldedBiases(recurrentWeights, rows, [], HiddenState.Quantization!.ZeroPoint));
        record.SetHalves(Layout.Sigmoid, SigmoidTable.Entries);
        record[Layout.Batches] = Batches;
        record[Layout.Steps] = Steps;
        record[Layout.Inputs] = inputs;
        record[Layout.Cells] = CellCount;
        record[Layout.TimeMajor] = TimeMajor ? 1 : 0;
        record[Layout.Block] = block;
        record[Layout.HiddenZeroPoint] = HiddenState.Quantization!.ZeroPoint;
        (record[Layout.CellMin], record[Layout.CellMax]) = CellRange();

        (record[Layout.TanhMultiplier], record[Layout.TanhShift]) = TanhArgument();
        SetScale(record, Layout.ForgetScale, GateScale * CellScale / CellScale);
        SetScale(record, Layout.UpdateScale, UpdateRatio());
        SetScale(record, Layout.HiddenScale, HiddenRatio());
        for (int gate = 0; gate < gates.Length; gate++)
        {
            SetScale(record, Layout.GateScales + (4 * gate), InputRatio(gates[gate]));
            SetScale(record, Layout.GateScales + (4 * gate) + 2, RecurrentRatio(gates[gate]));
        }

        record.SetUnits(Batches * ((Steps + block - 1) / block), Macs);
        if (CellCount <= inputs && (!TimeMajor || Batches == 1)) record.AllowInPlace(Layout.Input);
    }

    private void PackWide(Packer packer)
    {
        LstmGate[] gates = Gates;
        int rows = WideLayout.Gates * CellCount;
        PackedRecord record = packer.Add(OperatorCode.UnidirectionalSequenceLstmInt16, WideLayout.Words, Output);
        record.SetOperand(WideLayout.Input, Input);
        record.SetOperand(WideLayout.HiddenState, HiddenState);
        record.SetOperand(WideLayout.CellState, CellState);
        record.SetScratch(WideLayout.Sums, TensorType.Int64, rows);
        record.SetScratch(WideLayout.GateValues, TensorType.Int32, rows);
        record.SetBytes(WideLayout.InputWeights, Join<sbyte>(gates.Select(g => g.InputWeights)));
        record.SetBytes(WideLayout.RecurrentWeights, Join<sbyte>(gates.Select(g => g.RecurrentWeights)));
        record.SetTable(WideLayout.Biases, [.. gates.SelectMany(g => Int16Convolution.Biases(g.Bias, CellCount))]);
        record.SetHalves(WideLayout.Sigmoid, Interpolation.Table);
        record[WideLayout.Batches] = Batches;
        record[WideLayout.Steps] = Steps;
        record[WideLayout.Inputs] = Input.Shape[2];
        record[WideLayout.Cells] = CellCount;
        record[WideLayout.TimeMajor] = TimeMajor ? 1 : 0;
        (record[WideLayout.CellMin], record[WideLayout.CellMax]) = CellRange();
        (record[WideLayout.TanhMultiplier], record[WideLayout.TanhShift]) = TanhArgument();
        SetScale(record, WideLayout.ForgetScale, GateScale * CellScale / CellScale);
        SetScale(record, WideLayout.UpdateScale, UpdateRatio());
        SetScale(record, WideLayout.HiddenScale, HiddenRatio());
        for (int gate = 0; gate < gates.Length; gate++)
        {
            int field = WideLayout.GateScales + (4 * gate);
            int[] input = Int16Convolution.WideScale(QuantizedMultiplier.FromReal(InputRatio(gates[gate])));
            int[] recurrent = Int16Convolution.WideScale(QuantizedMultiplier.FromReal(RecurrentRatio(gates[gate])));
            (record[field], record[field + 1], record[field + 2], record[field + 3]) = (input[0], input[1], recurrent[0], recurrent[1]);
        }

        record.SetUnits(Batches * Steps, Macs);
        if (CellCount <= Input.Shape[2] && (!TimeMajor || Batches == 1)) record.AllowInPlace(WideLayout.Input);
    }

    /// <summary>What takes a cell to its tanh.</summary>
    private (int Multiplier, int Shift) TanhArgument()
    {
        // tanh(x) = 2 * sigmoid(2 * x) - 1, and entry i of the table is sigmoid(i / 24): i = 48 * x = 3 * v / 256 where x = v / 4096.
        // The cell has a power of two of its own in place of 4096.
        int exponent = MathF.ILogB(CellScale) + 12;
        return (3 << Math.Max(exponent, 0), Math.Max(-exponent, 0));
    }

    private static T[] Join<T>(IEnumerable<GraphTensor> constants)
        where T : unmanaged => [.. constants.SelectMany(c => MemoryMarshal.Cast<byte, T>(c.Data).ToArray())];

    private static void SetScale(PackedRecord record, int field, double ratio)
    {
        QuantizedMultiplier scale = QuantizedMultiplier.FromReal(ratio);
        record[field] = scale.Multiplier;
        record[field + 1] = scale.Shift;
    }

    private LstmGate Gate(int index) => new(Inputs[1 + index]!, Inputs[5 + index]!, Inputs[9 + index]!);

    private double InputRatio(LstmGate gate) => (double)(Input.Quantization!.Scale * gate.InputWeights.Quantization!.Scale) / GateInputScale;

    private double RecurrentRatio(LstmGate gate) => (double)(HiddenState.Quantization!.Scale * gate.RecurrentWeights.Quantization!.Scale) / GateInputScale;

    private double UpdateRatio() => GateScale * GateScale / CellScale;

    private double HiddenRatio() => GateScale * GateScale / HiddenState.Quantization!.Scale;

    /// <summary>The clip in the cell's integers, truncated.</summary>
    private (int Min, int Max) CellRange()
    {
        if (CellClip <= 0) return (short.MinValue, short.MaxValue);
        int clip = (int)Math.Min((double)CellClip / CellScale, short.MaxValue);
        return (-clip, clip);
    }

    private bool CheckShapes(ProblemList problems)
    {
        int[] x = Input.Shape, y = Output.Shape;
        if (!problems.Demand(x.Length == 3 && y.Length == 3 && HiddenState.Shape.Length >= 1, this, "input and output must have three dimensions")) return false;
        int cells = CellCount;
        bool fits = Input.Count > 0 && cells > 0 && y[0] == x[0] && y[1] == x[1] && y[2] == cells
            && HiddenState.Count == Batches * cells && CellState.Count == Batches * cells
            && Gates.All(g => g.InputWeights.Shape.SequenceEqual([cells, x[2]]) && g.RecurrentWeights.Shape.SequenceEqual([cells, cells]) && g.Bias.Count == cells);
        return problems.Demand(fits, this, $"input [{string.Join(',', x)}], {cells} cells, output [{string.Join(',', y)}] and its weights do not fit together");
    }

    private void CheckCell(ProblemList problems)
    {
        int exponent = MathF.ILogB(CellScale);
        problems.Demand(
            CellState.Quantization!.ZeroPoint == 0 && MathF.ScaleB(1, exponent).Equals(CellScale) && exponent is >= MinimumCellExponent and <= 0,
            this,
            $"its cell state '{CellState.Name}' has scale {CellScale} and zero point {CellState.Quantization.ZeroPoint}, supported is a power of two from 2^{MinimumCellExponent} to 1 and zero point 0",
            "Quantize the model with the TFLite converter, which sets them so");
    }
}
