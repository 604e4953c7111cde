using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>RESIZE_NEAREST_NEIGHBOR: input, height and width; options align corners, half pixel centers.</summary>
internal static class ResizeNearestNeighbor
{
    private const int AlignCorners = 0;
    private const int HalfPixelCenters = 1;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.ResizeNearestNeighbor(op.Input(0), op.Options.Bool(AlignCorners), op.Options.Bool(HalfPixelCenters), op.Output(0, ResizeBilinear.OutputShape(op)));
}
