using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>RELU, RELU6, RELU_N1_TO_1 and RELU_0_TO_1: no options.</summary>
internal static class Relu
{
    /// <summary>Imports RELU.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => Import(op, FusedActivation.Relu);

    /// <summary>Imports RELU6.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import6(TfliteOperator op) => Import(op, FusedActivation.Relu6);

    /// <summary>Imports RELU_N1_TO_1.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportN1To1(TfliteOperator op) => Import(op, FusedActivation.ReluN1To1);

    /// <summary>Imports RELU_0_TO_1.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import0To1(TfliteOperator op) => Import(op, FusedActivation.Relu0To1);

    private static Converter.Operators.Relu Import(TfliteOperator op, FusedActivation activation) => new(op.Input(0), op.Output(0), activation);
}
