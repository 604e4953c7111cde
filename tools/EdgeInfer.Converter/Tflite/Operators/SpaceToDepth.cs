using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>SPACE_TO_DEPTH and DEPTH_TO_SPACE: option block size.</summary>
internal static class SpaceToDepth
{
    private const int BlockSize = 0;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) => new Converter.Operators.SpaceToDepth(op.Input(0), op.Options.Int32(BlockSize), op.Output(0));

    /// <summary>Imports DEPTH_TO_SPACE.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator ImportDepthToSpace(TfliteOperator op) => new Converter.Operators.DepthToSpace(op.Input(0), op.Options.Int32(BlockSize), op.Output(0));
}
