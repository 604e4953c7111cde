using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>Brings images from NHWC, as the graph has them, to NCHW and back.</summary>
internal static class OnnxImages
{
    /// <summary>Puts channels first.</summary>
    /// <param name="writer">Receives the node.</param>
    /// <param name="input">Name of an image, NHWC.</param>
    /// <returns>Name of the image, NCHW.</returns>
    public static string First(OnnxModelWriter writer, string input) => writer.Node("Transpose", [input], writer.Unique($"{input} NCHW"), Ints("perm", 0, 3, 1, 2));

    /// <summary>Puts channels last.</summary>
    /// <param name="writer">Receives the node.</param>
    /// <param name="image">Name of an image, NCHW.</param>
    /// <param name="result">Name of the result, NHWC.</param>
    public static void Last(OnnxModelWriter writer, string image, string result) => writer.Node("Transpose", [image], result, Ints("perm", 0, 2, 3, 1));
}
