using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Tflite.Operators;

/// <summary>RESIZE_BILINEAR: input, height and width; options align corners, half pixel centers.</summary>
internal static class ResizeBilinear
{
    /// <summary>Field 0 and 1 of the options held a size once.</summary>
    private const int AlignCorners = 2;
    private const int HalfPixelCenters = 3;

    /// <summary>Imports the operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The graph's operator.</returns>
    internal static Operator Import(TfliteOperator op) =>
        new Converter.Operators.ResizeBilinear(op.Input(0), op.Options.Bool(AlignCorners), op.Options.Bool(HalfPixelCenters), op.Output(0, OutputShape(op)));

    /// <summary>Shape of an image of another size.</summary>
    /// <param name="op">An operator whose operands are an image, and height and width.</param>
    /// <returns>The shape.</returns>
    internal static int[] OutputShape(TfliteOperator op)
    {
        int[] shape = op.Input(0, 4).Shape, size = op.ConstantInts(1);
        return size.Length == 2 ? [shape[0], .. size, shape[3]] : throw op.Refuse($"its size has {size.Length} numbers, not height and width");
    }
}
