using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>AVERAGE_POOL_2D: input; options padding, strides, size of the window, activation.</summary>
internal static class AveragePool2D
{
    private const int FilterWidth = 3;
    private const int FilterHeight = 4;
    private const int Activation = 5;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        GraphTensor input = op.Input(0, 4);
        int height = op.Options.Int32(FilterHeight), width = op.Options.Int32(FilterWidth);
        return new Converter.Operators.AveragePool2D(input, op.Output(0), height, width, TfliteWindow.Read(op, input, height, width), op.Activation(Activation));
    }
}
