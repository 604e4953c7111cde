using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Pairwise;
using WideLayout = EdgeInfer.Kernels.PairwiseInt16;

namespace EdgeInfer.Converter.Operators;

/// <summary>Rectifier whose slopes below zero are a tensor, usually one a channel: x where x is not negative, alpha * x where it is.</summary>
/// <param name="input">Input.</param>
/// <param name="alpha">Slopes, broadcast to the input.</param>
/// <param name="output">Output.</param>
/// <remarks>CalculatePreluParams of tflite-micro (micro/kernels/prelu_common.cc), factors in double precision, and BroadcastPrelu4DSlow of TensorFlow Lite (kernels/internal/reference/prelu.h).</remarks>
public sealed class Prelu(GraphTensor input, GraphTensor alpha, GraphTensor output) : Operator([input, alpha], [output])
{
    /// <summary>Exponents of the factors up to which the scaled numbers, below 2^8 and 2^16, fit into 32 bits.</summary>
    private const int LargestExponent = 22, LargestSlopeExponent = 14;

    /// <summary>The same for 16-bit inputs, whose slopes have 8 bits.</summary>
    private const int LargestWideExponent = 14, LargestWideSlopeExponent = 6;

    private double Ratio => (double)Input.Quantization!.Scale / Output.Quantization!.Scale;

    private double SlopeRatio => (double)Input.Quantization!.Scale * Inputs[1]!.Quantization!.Scale / Output.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        bool wide = Int16Operands.AreOf(this);
        if (!(wide ? CheckWide(problems) : ElementwisePair.Check(this, problems))) return;
        problems.Demand(
            Ratio < 1 << (wide ? LargestWideExponent : LargestExponent) && SlopeRatio < 1 << (wide ? LargestWideSlopeExponent : LargestSlopeExponent),
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too small for inputs of {Input.Quantization!.Scale} and {Inputs[1]!.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        if (Int16Operands.AreOf(this))
        {
            PackedRecord wide = Int16Pair.Pack(packer, new Prelu(Input, Widened(Inputs[1]!), Output), WideLayout.Slope);
            PairFunction.SetScale(wide, WideLayout.Multiplier, QuantizedMultiplier.FromReal(Ratio));
            PairFunction.SetScale(wide, WideLayout.Multiplier2, QuantizedMultiplier.FromReal(SlopeRatio));
            return;
        }

        PackedRecord record = PairFunction.Pack(packer, this, Layout.Slope);
        PairFunction.SetTable(record, Layout.Table1, value => value - Input.Quantization!.ZeroPoint);
        PairFunction.SetTable(record, Layout.Table2, value => value - Inputs[1]!.Quantization!.ZeroPoint);
        PairFunction.SetScale(record, Layout.Multiplier, QuantizedMultiplier.FromReal(Ratio));
        PairFunction.SetScale(record, Layout.SlopeMultiplier, QuantizedMultiplier.FromReal(SlopeRatio));
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
    }

    /// <summary>Slopes as the device multiplies them: 16 bits, the zero point taken off.</summary>
    private static GraphTensor Widened(GraphTensor alpha) => new(alpha.Name, ElementType.Int16, alpha.Shape)
    {
        Data = MemoryMarshal.AsBytes<short>([.. alpha.Int8s().ToArray().Select(value => (short)(value - alpha.Quantization!.ZeroPoint))]).ToArray(),
        Quantization = new Quantization(alpha.Quantization!.Scale, 0),
    };

    private bool CheckWide(ProblemList problems)
    {
        GraphTensor alpha = Inputs[1]!;
        return (Int16Operands.Check(this, "input", Input, problems) & Int16Operands.Check(this, "output", Output, problems) & Int8Operands.Check(this, "slopes", alpha, problems)
                & problems.Demand(alpha.IsConstant, this, $"its slopes '{alpha.Name}' are computed; to 16-bit activations belong constant ones", code: ErrorCode.NotConstant))
            && ElementwisePair.CheckShapes(this, problems);
    }
}
