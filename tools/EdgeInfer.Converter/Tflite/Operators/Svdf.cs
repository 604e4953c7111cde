using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SVDF: input, weights of features, weights of time, bias or none, state; options rank, activation.</summary>
internal static class Svdf
{
    private const int Rank = 0;
    private const int Activation = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Svdf(
        op.Input(0),
        op.Input(1),
        op.Input(2),
        op.OptionalInput(3),
        op.Input(4),
        op.Output(0),
        op.Options.Int32(Rank),
        op.Activation(Activation));
}
