using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// FULLY_CONNECTED: input, weights OI, bias; options activation, weights format. Whether dimensions are kept follows from
/// the shape of the output and is not read.
/// </summary>
internal static class FullyConnected
{
    private const int Activation = 0;
    private const int WeightsFormat = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        if (op.Options.Int8(WeightsFormat) != 0) throw op.Refuse("its weights are shuffled", "Export the model with the default weights format");
        return new Converter.Operators.FullyConnected(op.Input(0), op.Input(1, 2), op.OptionalInput(2), op.Output(0), op.Activation(Activation));
    }
}
