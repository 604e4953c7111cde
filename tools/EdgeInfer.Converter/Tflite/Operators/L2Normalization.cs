using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>L2_NORMALIZATION: input; option fused activation, which the reference has none for.</summary>
internal static class L2Normalization
{
    private const int Activation = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        if (op.Activation(Activation) != FusedActivation.None) throw op.Refuse("a fused activation is not supported", "Export the activation as an operator of its own");
        return new Converter.Operators.L2Normalization(op.Input(0), op.Output(0));
    }
}
