namespace EdgeInfer.Converter.Streaming;

/// <summary>
/// Where time lies in a tensor. Its elements are [<paramref name="Outer"/>, <paramref name="Rows"/>, <paramref name="Inner"/>] in this
/// order, whatever its shape: reshaping changes nothing about it.
/// </summary>
/// <param name="Outer">Runs of rows, one after the other.</param>
/// <param name="Rows">Steps of time, the oldest first.</param>
/// <param name="Inner">Elements of a row that lie side by side.</param>
internal readonly record struct TimeLayout(int Outer, int Rows, int Inner)
{
    /// <summary>Time along a dimension of a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="dimension">The dimension.</param>
    /// <returns>The layout.</returns>
    public static TimeLayout Along(IReadOnlyList<int> shape, int dimension) =>
        new(Product(shape.Take(dimension)), shape[dimension], Product(shape.Skip(dimension + 1)));

    /// <summary>Finds the dimension that is time and nothing else.</summary>
    /// <param name="shape">A shape of the tensor.</param>
    /// <returns>The dimension, or -1 where there is none.</returns>
    public int AxisIn(int[] shape)
    {
        int dimension = DimensionIn(shape);
        return dimension >= 0 && shape[dimension] == Rows ? dimension : -1;
    }

    /// <summary>Finds the dimension along which rows follow each other, with some or all elements of a row in it.</summary>
    /// <param name="shape">A shape of the tensor.</param>
    /// <returns>The dimension, or -1 where there is none.</returns>
    public int DimensionIn(int[] shape)
    {
        for (int d = 0; d < shape.Length; d++)
        {
            TimeLayout here = Along(shape, d);
            if (here.Outer == Outer && Inner % here.Inner == 0 && here.Rows == Rows * (Inner / here.Inner)) return d;
        }

        return -1;
    }

    /// <summary>The shape that a tensor has with another number of rows.</summary>
    /// <param name="shape">Its shape; <see cref="DimensionIn"/> finds a dimension in it.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>The shape.</returns>
    public int[] ShapeWith(int[] shape, int rows)
    {
        int dimension = DimensionIn(shape);
        int[] result = [.. shape];
        result[dimension] = shape[dimension] / Rows * rows;
        return result;
    }

    private static int Product(IEnumerable<int> lengths) => lengths.Aggregate(1, (a, b) => a * b);
}
