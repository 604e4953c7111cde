using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>DEQUANTIZE: no options. Of a constant of half precision, which is one of floats by now, it is nothing.</summary>
internal static class Dequantize
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator; null where the output has become a constant.</returns>
    internal static Operator? Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0), output = op.Output(0, op.Input(0).Shape);
        if (input is not { Type: ElementType.Float32, Data: { } data }) return new Converter.Operators.Dequantize(input, output);
        if (output.Type != ElementType.Float32) throw op.Refuse($"{output} cannot take the elements of {input}");
        output.Data = data;
        return null;
    }
}
