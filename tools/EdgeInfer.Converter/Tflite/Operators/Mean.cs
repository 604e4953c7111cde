using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>MEAN: input, axes. Whether the dimensions stay (option keep_dims), the shape of the output says.</summary>
internal static class Mean
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0);
        int rank = input.Shape.Length;
        return new Converter.Operators.Mean(input, [.. op.ConstantInts(1).Select(axis => TfliteAxis.Resolve(axis, rank)).Distinct()], op.Output(0));
    }
}
