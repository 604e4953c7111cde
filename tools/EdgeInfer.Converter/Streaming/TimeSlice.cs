using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Takes some rows of a tensor.</summary>
internal static class TimeSlice
{
    /// <summary>Makes the operator.</summary>
    /// <param name="layout">Where the rows of the original tensor lie.</param>
    /// <param name="shape">Shape of the original tensor.</param>
    /// <param name="source">The tensor to read.</param>
    /// <param name="there">The rows that it holds.</param>
    /// <param name="target">The tensor to write, of <paramref name="rows"/>.</param>
    /// <param name="rows">The rows to take.</param>
    /// <param name="label">What the operator belongs to.</param>
    /// <returns>The operator.</returns>
    public static Slice Of(TimeLayout layout, int[] shape, GraphTensor source, RowRange there, GraphTensor target, RowRange rows, string label)
    {
        int dimension = layout.DimensionIn(shape);
        int[] begin = new int[target.Shape.Length], strides = new int[target.Shape.Length];
        Array.Fill(strides, 1);
        begin[dimension] = shape[dimension] / layout.Rows * (rows.First - there.First);
        return new Slice(source, begin, [.. target.Shape], strides, target) { Label = label };
    }
}
