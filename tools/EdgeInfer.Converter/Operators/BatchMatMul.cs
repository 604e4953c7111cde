using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.BatchMatMul;
using WideLayout = EdgeInfer.Kernels.BatchMatMulInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Products of the matrices that the last two dimensions of both operands are, int8 or int16; the dimensions before are broadcast against each other.
/// </summary>
/// <param name="input1">First operand, [..., rows, depth], or [..., depth, rows] where it is transposed.</param>
/// <param name="input2">Second operand, [..., depth, columns], or [..., columns, depth] where it is transposed.</param>
/// <param name="transposes1">True where the first operand is transposed.</param>
/// <param name="transposes2">True where the second operand is transposed.</param>
/// <param name="output">Output, [..., rows, columns].</param>
/// <remarks>The scale as in GetQuantizedConvolutionMultipler of TensorFlow Lite (kernels/kernel_util): the product of the scales in single precision.</remarks>
public sealed class BatchMatMul(GraphTensor input1, GraphTensor input2, bool transposes1, bool transposes2, GraphTensor output)
    : Operator([input1, input2], [output])
{
    /// <summary>True where the first operand is transposed.</summary>
    public bool Transposes1 { get; } = transposes1;

    /// <summary>True where the second operand is transposed.</summary>
    public bool Transposes2 { get; } = transposes2;

    /// <inheritdoc/>
    public override long Macs => (long)Output.Count * Depth;

    private int[] Shape1 => Input.Shape;

    private int[] Shape2 => Inputs[1]!.Shape;

    private int Depth => Shape1[Transposes1 ? ^2 : ^1];

    /// <summary>A constant second operand, the same for all batches, is the weights of a matrix product with every row of the first.</summary>
    private bool IsFullyConnected => Inputs[1]!.IsConstant && !Transposes1 && Shape2[..^2].All(n => n == 1);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        bool wide = Int16Operands.AreOf(this);
        if (!(wide ? Int16Operands.Check(this, problems) : Int8Operands.Check(this, problems))) return;
        if (!problems.Demand(Shape1.Length >= 2 && Shape2.Length >= 2, this, "its operands must have two dimensions or more")) return;
        problems.Demand(Output.Count > 0 && Input.Count > 0, this, "an operand is empty");
        int[]? batches = ElementwisePair.BroadcastShape(Shape1[..^2], Shape2[..^2]);
        int rows = Shape1[Transposes1 ? ^1 : ^2], columns = Shape2[Transposes2 ? ^2 : ^1];
        bool shape = batches is not null && Depth == Shape2[Transposes2 ? ^1 : ^2] && Output.Shape.SequenceEqual([.. batches, rows, columns]);
        if (!problems.Demand(
            shape,
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from [{string.Join(',', Shape1)}]{(Transposes1 ? " transposed" : "")} and [{string.Join(',', Shape2)}]{(Transposes2 ? " transposed" : "")}")) return;
        problems.Demand(
            Batches().Count <= Layout.BatchDimensions,
            this,
            $"its batches alternate in what they are broadcast over {Batches().Count - 1} times, supported is {Layout.BatchDimensions - 1} times",
            "Reshape the operands before the operator");
        int longest = wide ? WideLayout.MaximumDepth : Layout.MaximumDepth;
        problems.Demand(Depth <= longest, this, $"its sums have {Depth} products, supported are {longest}");
        if (!UnaryOperator.CheckRatio(this, Factor(), problems) || !wide) return;
        problems.Demand(
            Factor() < Int16Convolution.FactorLimit,
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too small for inputs of {Input.Quantization!.Scale} and {Inputs[1]!.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(Factor());
        bool swaps = Output.Shape[^2] == 1;
        if (Int16Operands.AreOf(this))
        {
            PackedRecord wide = packer.Add(OperatorCode.BatchMatMulInt16, WideLayout.Words, Output);
            SetGeometry(wide, WideLayout.UnitColumns, swaps);
            wide.SetScratch(WideLayout.Sums, TensorType.Int64, wide[WideLayout.Rows]);
            int[] scale = Int16Convolution.WideScale(factor);
            (wide[WideLayout.Multiplier], wide[WideLayout.Shift]) = (scale[0], scale[1]);
            return;
        }

        if (IsFullyConnected)
        {
            GraphTensor weights = Weights();
            QuantizedMultiplier[] scales = new QuantizedMultiplier[weights.Shape[0]];
            Array.Fill(scales, factor);
            FullyConnected.Pack(packer, Input, weights, null, Output, scales, FusedActivation.None);
            return;
        }

        (GraphTensor first, GraphTensor second) = swaps ? (Inputs[1]!, Input) : (Input, Inputs[1]!);
        PackedRecord record = packer.Add(OperatorCode.BatchMatMul, Layout.Words, Output);
        SetGeometry(record, Layout.UnitColumns, swaps);
        record[Layout.ZeroPoint1] = first.Quantization!.ZeroPoint;
        record[Layout.ZeroPoint2] = second.Quantization!.ZeroPoint;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        record[Layout.Multiplier] = factor.Multiplier;
        record[Layout.Shift] = factor.Shift;
        record.SetScratch(Layout.Packed, TensorType.Int64, Depth);
    }

    /// <summary>
    /// Sets where the elements lie, which records of all types have in the same fields, and the units. The product of one row with a matrix is
    /// that of the matrix transposed with one column: with its operands swapped, a kernel that packs columns, or keeps them in locals, does so with the row alone.
    /// </summary>
    private void SetGeometry(PackedRecord record, int unitColumns, bool swaps = false)
    {
        int rows = Output.Shape[^2], columns = Output.Shape[^1];
        (int Outer, int Depth) strides1 = Transposes1 ? (1, rows) : (Depth, 1), strides2 = Transposes2 ? (Depth, 1) : (1, columns);
        if (swaps) (strides1, strides2, rows, columns) = (strides2, strides1, columns, rows);

        List<Dimension> batches = Batches();
        Dimension.Fill(batches, Layout.BatchDimensions, 0, 0);
        record.SetOperand(Layout.Input1, swaps ? Inputs[1]! : Input);
        record.SetOperand(Layout.Input2, swaps ? Input : Inputs[1]!);
        for (int d = 0; d < Layout.BatchDimensions; d++)
        {
            record[Layout.BatchLengths + d] = batches[d].Length;
            record[Layout.BatchStrides1 + d] = batches[d].Strides[swaps ? 1 : 0];
            record[Layout.BatchStrides2 + d] = batches[d].Strides[swaps ? 0 : 1];
        }

        record[Layout.Rows] = rows;
        record[Layout.Columns] = columns;
        record[Layout.Depth] = Depth;
        (record[Layout.RowStride], record[Layout.DepthStride1]) = strides1;
        (record[Layout.ColumnStride], record[Layout.DepthStride2]) = strides2;
        int units = batches.Aggregate((columns + unitColumns - 1) / unitColumns, (product, d) => product * d.Length);
        record.SetUnits(units, Macs);
    }

    /// <summary>The dimensions before the matrices, with the strides of both operands.</summary>
    private List<Dimension> Batches()
    {
        int[] shape = Output.Shape;
        int[] strides1 = ElementwisePair.Strides(Shape1, shape.Length), strides2 = ElementwisePair.Strides(Shape2, shape.Length);
        return Dimension.Collapse(shape[..^2].Select((n, d) => new Dimension(n, strides1[d], strides2[d])));
    }

    private GraphTensor Weights()
    {
        GraphTensor matrix = Inputs[1]!;
        int columns = Output.Shape[^1];
        byte[] data = matrix.Data!;
        if (!Transposes2)
        {
            data = new byte[matrix.Count];
            for (int i = 0; i < data.Length; i++) data[(i % columns * Depth) + (i / columns)] = matrix.Data![i];
        }

        return new(matrix.Name, ElementType.Int8, [columns, Depth]) { Data = data, Quantization = matrix.Quantization };
    }

    private double Factor() => (double)(Input.Quantization!.Scale * Inputs[1]!.Quantization!.Scale) / Output.Quantization!.Scale;
}
