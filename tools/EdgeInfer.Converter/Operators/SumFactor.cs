using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>The factor by which sums of int8 numbers of one scale become numbers of another.</summary>
/// <remarks>CalculateOpData of tflite-micro (micro/kernels/add_n.cc, cumsum.cc): numbers are halved and raised by 20 bits, which is exact, before they are added.</remarks>
internal static class SumFactor
{
    /// <summary>Bits that a halved number has gained.</summary>
    private const int Raised = 19;

    /// <summary>Demands that the factor is below one, as the reference does.</summary>
    /// <param name="op">The operator, whose types have been checked.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, ProblemList problems) =>
        problems.Demand(
            Of(op) < 1 && QuantizedMultiplier.FromReal(Of(op)).Exponent <= 0,
            op,
            $"the scale {op.Output.Quantization!.Scale} of its output is too small for inputs of {op.Input.Quantization!.Scale}",
            "Calibrate the model with representative data");

    /// <summary>Multiplier and shift as records carry them, for numbers that were not raised.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The fields.</returns>
    public static (int Multiplier, int Shift) Fields(Operator op)
    {
        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(Of(op));
        return (factor.Multiplier, factor.Shift - Raised);
    }

    private static double Of(Operator op) => 2 * (double)op.Input.Quantization!.Scale / ((1 << 20) * (double)op.Output.Quantization!.Scale);
}
