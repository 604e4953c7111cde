using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>
/// FULLY_CONNECTED: input, weights OI, bias; options activation, weights format, whether the dimensions are kept.
/// </summary>
internal static class FullyConnected
{
    private const int Activation = 0;
    private const int WeightsFormat = 1;
    private const int KeepDimensions = 2;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op)
    {
        if (op.Options.Int8(WeightsFormat) != 0) throw op.Refuse("its weights are shuffled", "Export the model with the default weights format");
        GraphTensor input = op.Input(0), weights = op.Input(1, 2);
        int channels = weights.Shape[0], depth = Math.Max(1, weights.Shape[1]);
        bool keeps = op.Options.Bool(KeepDimensions) && input.Shape.Length > 0;
        GraphTensor output = op.Output(0, keeps ? [.. input.Shape[..^1], channels] : [input.Count / depth, channels]);
        return new Converter.Operators.FullyConnected(input, weights, op.OptionalInput(2), output, op.Activation(Activation));
    }
}
