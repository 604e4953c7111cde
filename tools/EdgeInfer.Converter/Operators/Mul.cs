using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Integers = EdgeInfer.Kernels.PairwiseInt32;
using Layout = EdgeInfer.Kernels.Mul;
using WideLayout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>Product of two tensors, element by element, either of which may be broadcast.</summary>
/// <param name="input1">First operand.</param>
/// <param name="input2">Second operand.</param>
/// <param name="output">Output.</param>
/// <param name="activation">Clamp of the output.</param>
/// <remarks>The scale as in CalculateOpDataMul of TensorFlow Lite for Microcontrollers (kernels/mul_common).</remarks>
public sealed class Mul(GraphTensor input1, GraphTensor input2, GraphTensor output, FusedActivation activation)
    : Operator([input1, input2], [output]), IFusesActivation
{
    /// <summary>Products stay below 2^16, so that up to this exponent a scaled one fits into 32 bits, as the reference computes it.</summary>
    private const int LargestExponent = 15;

    /// <summary>The same for products of 16-bit numbers, which are below 2^30.</summary>
    private const int LargestWideExponent = 0;

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

        if (!ElementwisePair.Check(this, problems)) return;
        problems.Demand(
            QuantizedMultiplier.CanHold(Factor()) && QuantizedMultiplier.FromReal(Factor()).Exponent <= (Int16Operands.AreOf(this) ? LargestWideExponent : LargestExponent),
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too small for inputs of {Input.Quantization!.Scale} and {Inputs[1]!.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int32Pair.AreOf(this))
        {
            Int32Pair.Pack(packer, this, Integers.Product, Activation);
            return;
        }

        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(Factor());
        if (Int16Operands.AreOf(this))
        {
            PairFunction.SetScale(Int16Pair.Pack(packer, this, WideLayout.Product, Activation), WideLayout.Multiplier, factor);
            return;
        }

        PackedRecord record = packer.Add(OperatorCode.Mul, Layout.Words, Output);
        ElementwisePair.Pack(record, this);
        record[Layout.ZeroPoint1] = Input.Quantization!.ZeroPoint;
        record[Layout.ZeroPoint2] = Inputs[1]!.Quantization!.ZeroPoint;
        record[Layout.Multiplier] = factor.Multiplier;
        record[Layout.Shift] = factor.Shift;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        (record[Layout.ActivationMin], record[Layout.ActivationMax]) = ActivationRange.Of(Activation, Output);
    }

    private double Factor() => (double)Input.Quantization!.Scale * Inputs[1]!.Quantization!.Scale / Output.Quantization!.Scale;
}
