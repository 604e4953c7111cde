using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>PAD: input, and two numbers a dimension, before and behind.</summary>
internal static class Pad
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        int[] paddings = op.ConstantInts(1);
        return new Converter.Operators.Pad(
            op.Input(0),
            [.. paddings.Where((_, i) => i % 2 == 0)],
            [.. paddings.Where((_, i) => i % 2 == 1)],
            op.Output(0));
    }
}
