using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>RESIZE_BILINEAR: input, size, which the shape of the output says too; options align corners, half pixel centers.</summary>
internal static class ResizeBilinear
{
    /// <summary>Field 0 and 1 of the options held a size once.</summary>
    private const int AlignCorners = 2;
    private const int HalfPixelCenters = 3;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.ResizeBilinear(op.Input(0), op.Options.Bool(AlignCorners), op.Options.Bool(HalfPixelCenters), op.Output(0));
}
