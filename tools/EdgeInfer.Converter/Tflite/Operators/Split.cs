using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SPLIT: axis, input. SPLIT_V: input, sizes, axis. The sizes of the outputs say the rest.</summary>
internal static class Split
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => Import(op, input: 1, axis: 0);

    /// <summary>Imports SPLIT_V.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportSizes(TfliteOperator op) => Import(op, input: 0, axis: 2);

    private static Converter.Operators.Split Import(TfliteOperator op, int input, int axis)
    {
        GraphTensor tensor = op.Input(input);
        return new Converter.Operators.Split(tensor, TfliteAxis.Read(op, axis, tensor.Shape.Length), [.. op.Outputs]);
    }
}
