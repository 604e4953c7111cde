namespace EdgeInfer.Tests.Oracles;

/// <summary>An array of any number of dimensions, the last the fastest, that is read and made by indexes alone.</summary>
internal sealed class NestedArray
{
    public NestedArray(int[] shape, int[] values)
    {
        Assert.Equal(Count(shape), values.Length);
        Shape = shape;
        Values = values;
    }

    public int[] Shape { get; }

    public int[] Values { get; }

    public int this[int[] index]
    {
        get
        {
            int position = 0;
            for (int d = 0; d < Shape.Length; d++)
            {
                Assert.InRange(index[d], 0, Shape[d] - 1);
                position = (position * Shape[d]) + index[d];
            }

            return Values[position];
        }
    }

    /// <summary>The array whose element at every index is what a function says.</summary>
    public static NestedArray Make(int[] shape, Func<int[], int> element) => new(shape, [.. Indexes(shape).Select(element)]);

    /// <summary>All indexes, in the order of the elements.</summary>
    public static IEnumerable<int[]> Indexes(int[] shape)
    {
        int count = Count(shape);
        for (int i = 0; i < count; i++)
        {
            int[] index = new int[shape.Length];
            int rest = i;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                index[d] = rest % shape[d];
                rest /= shape[d];
            }

            yield return index;
        }
    }

    public static int Count(int[] shape) => shape.Aggregate(1, (a, b) => a * b);
}
