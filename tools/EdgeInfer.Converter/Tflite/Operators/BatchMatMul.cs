using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>BATCH_MATMUL: two operands; options that transpose the one and the other.</summary>
internal static class BatchMatMul
{
    private const int AdjointX = 0;
    private const int AdjointY = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.BatchMatMul(op.Input(0), op.Input(1), op.Options.Bool(AdjointX), op.Options.Bool(AdjointY), op.Output(0));
}
