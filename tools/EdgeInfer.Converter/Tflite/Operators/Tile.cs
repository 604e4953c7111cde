using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>TILE: input, how often it is repeated along every dimension.</summary>
internal static class Tile
{
    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.Tile(op.Input(0), op.ConstantInts(1), op.Output(0));
}
