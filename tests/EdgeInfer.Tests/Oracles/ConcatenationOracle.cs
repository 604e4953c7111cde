namespace EdgeInfer.Tests.Oracles;

/// <summary>Arrays one after the other along a dimension, found by walking along them; and the way back.</summary>
internal static class ConcatenationOracle
{
    public static NestedArray Join(NestedArray[] parts, int axis)
    {
        int[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(p => p.Shape[axis]);
        return NestedArray.Make(shape, o =>
        {
            int[] i = [.. o];
            int part = 0;
            while (i[axis] >= parts[part].Shape[axis])
            {
                i[axis] -= parts[part].Shape[axis];
                part++;
            }

            return parts[part][i];
        });
    }

    public static NestedArray Part(NestedArray x, int axis, int start, int length)
    {
        int[] shape = [.. x.Shape];
        shape[axis] = length;
        return NestedArray.Make(shape, o => x[[.. o.Select((index, d) => d == axis ? index + start : index)]]);
    }
}
