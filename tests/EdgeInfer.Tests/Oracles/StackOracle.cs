namespace EdgeInfer.Tests.Oracles;

/// <summary>Arrays of one shape along a new dimension, and the way back.</summary>
internal static class StackOracle
{
    public static NestedArray Join(NestedArray[] parts, int axis)
    {
        List<int> shape = [.. parts[0].Shape];
        shape.Insert(axis, parts.Length);
        return NestedArray.Make([.. shape], o => parts[o[axis]][[.. o.Where((_, d) => d != axis)]]);
    }

    public static NestedArray Part(NestedArray x, int axis, int index) =>
        NestedArray.Make([.. x.Shape.Where((_, d) => d != axis)], o =>
        {
            List<int> i = [.. o];
            i.Insert(axis, index);
            return x[[.. i]];
        });
}
