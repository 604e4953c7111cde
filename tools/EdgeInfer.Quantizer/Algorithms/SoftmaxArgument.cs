using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>
/// What a softmax does not see of its argument, no range needs to hold: what all classes have in common, and how far those fall behind that have no chance. The first is taken out
/// of the matrix product that makes the argument; then the largest number of a row is never below zero, whatever the input, and numbers far below zero may be cut off.
/// </summary>
public static class SoftmaxArgument
{
    /// <summary>Takes out what all classes have in common.</summary>
    /// <param name="graph">The graph of floats, changed in place; what it computes stays the same.</param>
    public static void Center(ModelGraph graph)
    {
        foreach (Softmax softmax in graph.Operators.OfType<Softmax>())
        {
            if (ProductOf(graph, softmax.Input) is not { } product || softmax.Input.Quantization is not null || product.Inputs[1]!.Quantization is not null) continue;

            int classes = product.Output.Shape[^1];
            FloatConstants.Replace(product, 1, WithoutMeans(product.Inputs[1]!.Floats(), classes));
            if (product.Inputs[2] is not null) FloatConstants.SetBias(product, WithoutMeans(FloatConstants.Bias(product, classes), classes));
        }
    }

    /// <summary>
    /// How far below the largest number of a row a number matters: all classes further below come to no more than a sixteenth of a step of an 8-bit result together.
    /// One of 16 bits hardly sees more: its exponential is the same for all that is 10 below or further.
    /// </summary>
    /// <param name="graph">The graph of floats.</param>
    /// <param name="tensor">An activation.</param>
    /// <returns>The distance; infinite unless it is the argument of a softmax alone, and was centered.</returns>
    public static double DepthOf(ModelGraph graph, GraphTensor tensor) =>
        graph.OnlyReaderOf(tensor) is Softmax softmax && ProductOf(graph, tensor) is { } product && IsCentered(product) ? Math.Log(16.0 * 256 * tensor.Shape[^1]) / softmax.Beta : double.PositiveInfinity;

    /// <summary>Cuts off what does not matter.</summary>
    /// <param name="values">Rows of an activation.</param>
    /// <param name="row">Elements of a row.</param>
    /// <param name="depth">How far below the largest of its row a number matters.</param>
    /// <returns>The rows; the same array where everything matters.</returns>
    public static float[] Visible(float[] values, int row, double depth)
    {
        if (double.IsInfinity(depth)) return values;

        float[] result = new float[values.Length];
        for (int start = 0; start < values.Length; start += row)
        {
            float least = float.NegativeInfinity;
            for (int i = start; i < start + row; i++) least = Math.Max(least, values[i]);
            least -= (float)depth;
            for (int i = start; i < start + row; i++) result[i] = Math.Max(values[i], least);
        }

        return result;
    }

    private static FullyConnected? ProductOf(ModelGraph graph, GraphTensor argument) =>
        graph.OnlyReaderOf(argument) is not null && graph.WriterOf(argument) is FullyConnected { Activation: FusedActivation.None } product && FilterLayout.Of(product) is not null ? product : null;

    private static bool IsCentered(FullyConnected product)
    {
        int classes = product.Output.Shape[^1];
        return Holds(product.Inputs[1]!.Floats()) && (product.Inputs[2] is null || Holds(product.Inputs[2]!.Floats()));

        bool Holds(ReadOnlySpan<float> values)
        {
            float[] centered = WithoutMeans(values, classes);
            float largest = 0, off = 0;
            for (int i = 0; i < centered.Length; i++) (largest, off) = (Math.Max(largest, Math.Abs(values[i])), Math.Max(off, Math.Abs(values[i] - centered[i])));
            return off <= 1e-5f * largest;
        }
    }

    /// <summary>Takes the mean over all rows off every one.</summary>
    private static float[] WithoutMeans(ReadOnlySpan<float> values, int rows)
    {
        float[] result = values.ToArray();
        int columns = result.Length / rows;
        for (int c = 0; c < columns; c++)
        {
            double sum = 0;
            for (int r = 0; r < rows; r++) sum += result[(r * columns) + c];
            for (int r = 0; r < rows; r++) result[(r * columns) + c] -= (float)(sum / rows);
        }

        return result;
    }
}
