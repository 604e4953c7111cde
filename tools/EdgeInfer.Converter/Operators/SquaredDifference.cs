using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Integers = EdgeInfer.Kernels.PairwiseInt32;
using Layout = EdgeInfer.Kernels.Pairwise;
using WideLayout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>The square of the difference of two tensors' elements, either of which may be broadcast.</summary>
/// <param name="input1">First operand.</param>
/// <param name="input2">Second operand.</param>
/// <param name="output">Output.</param>
/// <remarks>SquaredDifference of tflite-micro (micro/kernels/squared_difference.cc): operands raised by 7 bits, those of 16 bits by none, on a common scale, as those of a sum.</remarks>
public sealed class SquaredDifference(GraphTensor input1, GraphTensor input2, GraphTensor output) : Operator([input1, input2], [output])
{
    private int LeftShift => Int16Operands.AreOf(this) ? 0 : 7;

    private double Common => 2.0 * MathF.Max(Input.Quantization!.Scale, Inputs[1]!.Quantization!.Scale);

    private double Factor => Common * Common / ((1 << (2 * LeftShift)) * Output.Quantization!.Scale);

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Check(this, problems);
            return;
        }

        if (!ElementwisePair.Check(this, problems)) return;

        // A difference stays below 2^15, its square below 2^30.
        problems.Demand(
            Factor < 2,
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too small for inputs of {Input.Quantization!.Scale} and {Inputs[1]!.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Pack(packer, this, Integers.SquaredDifference);
            return;
        }

        if (Int16Operands.AreOf(this))
        {
            PackedRecord wide = Int16Pair.Pack(packer, this, WideLayout.SquaredDifference);
            PairFunction.SetScale(wide, WideLayout.Multiplier1, QuantizedMultiplier.FromReal(Input.Quantization!.Scale / Common));
            PairFunction.SetScale(wide, WideLayout.Multiplier2, QuantizedMultiplier.FromReal(Inputs[1]!.Quantization!.Scale / Common));
            PairFunction.SetScale(wide, WideLayout.Multiplier, QuantizedMultiplier.FromReal(Factor));
            return;
        }

        PackedRecord record = PairFunction.Pack(packer, this, Layout.SquaredDifference);
        PairFunction.SetTable(record, Layout.Table1, value => Scaled(Input, value));
        PairFunction.SetTable(record, Layout.Table2, value => Scaled(Inputs[1]!, value));
        PairFunction.SetScale(record, Layout.Multiplier, QuantizedMultiplier.FromReal(Factor));
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
    }

    private int Scaled(GraphTensor input, int value) =>
        (int)QuantizedMultiplier.FromReal(input.Quantization!.Scale / Common).Apply((value - input.Quantization.ZeroPoint) << LeftShift);
}
