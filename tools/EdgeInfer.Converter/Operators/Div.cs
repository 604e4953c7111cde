using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Integers = EdgeInfer.Kernels.PairwiseInt32;
using Layout = EdgeInfer.Kernels.Div;

namespace EdgeInfer.Converter.Operators;

/// <summary>Quotient of two int8 or int32 tensors, element by element, either of which may be broadcast.</summary>
/// <param name="input1">Dividend.</param>
/// <param name="input2">Divisor.</param>
/// <param name="output">Output.</param>
/// <param name="activation">Clamp of the output.</param>
/// <remarks>
/// The scale as in CalculateOpDataDiv of tflite-micro (micro/kernels/div.cc), the reciprocals as in GetReciprocal of TensorFlow Lite (kernels/internal/common.h).
/// </remarks>
public sealed class Div(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation)
    : Operator([input1, input2], [output]), IFusesActivation
{
    /// <inheritdoc/>
    public FusedActivation Activation { get; set; } = activation;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Check(this, problems);
            return;
        }

        if (!(Int8Operands.Check(this, problems) & ElementwisePair.CheckShapes(this, problems))) return;
        problems.Demand(
            Factor() < 1 << Layout.Headroom && QuantizedMultiplier.FromReal(Factor()).Exponent <= Layout.Headroom,
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too small for inputs of {Input.Quantization!.Scale} and {Inputs[1]!.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Pack(packer, this, Integers.Quotient, Activation);
            return;
        }

        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(Factor());
        PackedRecord record = packer.Add(OperatorCode.Div, Layout.Words, Output);
        ElementwisePair.Pack(record, this);
        record[Layout.ZeroPoint1] = Input.Quantization!.ZeroPoint;
        record[Layout.ZeroPoint2] = Inputs[1]!.Quantization!.ZeroPoint;
        record[Layout.Multiplier] = factor.Multiplier;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(Activation, Output);
        record.SetTable(Layout.Reciprocals, [.. Enumerable.Range(sbyte.MinValue, Layout.TableLength).SelectMany(divisor => Reciprocal(divisor, factor.Exponent))]);
    }

    /// <summary>The reciprocal of a divisor's magnitude, from 1/2 to 1 with 31 fractional bits, and the shift behind it less that of the factor.</summary>
    private int[] Reciprocal(int divisor, int exponent)
    {
        int magnitude = Math.Max(1, Math.Abs(divisor - Inputs[1]!.Quantization!.ZeroPoint));
        int power = int.Log2(magnitude);
        return [FixedPoint.InverseOfOneAnd((int)(((long)magnitude << (31 - power)) - (1L << 31))), power - exponent];
    }

    private double Factor() => (double)(Input.Quantization!.Scale / (Inputs[1]!.Quantization!.Scale * Output.Quantization!.Scale));
}
