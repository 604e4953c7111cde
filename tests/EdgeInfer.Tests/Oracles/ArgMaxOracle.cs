namespace EdgeInfer.Tests.Oracles;

/// <summary>The first index along a dimension at which no other element is larger, or smaller.</summary>
internal static class ArgMaxOracle
{
    public static NestedArray Run(NestedArray x, int axis, bool largest)
    {
        int[] shape = [.. x.Shape.Where((_, d) => d != axis)];
        return NestedArray.Make(shape, o =>
        {
            int[] values = [.. Enumerable.Range(0, x.Shape[axis]).Select(i => x[[.. o.Take(axis), i, .. o.Skip(axis)]])];
            return Array.IndexOf(values, largest ? values.Max() : values.Min());
        });
    }
}
