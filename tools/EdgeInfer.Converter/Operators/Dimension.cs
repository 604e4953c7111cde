namespace EdgeInfer.Converter.Operators;

/// <summary>A loop over tensors: how often it runs, and how far it moves in each of them.</summary>
/// <param name="Length">Number of steps, 1 or more.</param>
/// <param name="Strides">Elements from one step to the next, one a tensor.</param>
internal sealed record Dimension(int Length, params int[] Strides)
{
    /// <summary>Elements from one index to the next along every dimension of a dense tensor.</summary>
    /// <param name="shape">Its shape.</param>
    /// <returns>One stride a dimension.</returns>
    public static int[] DenseStrides(IReadOnlyList<int> shape)
    {
        int[] strides = new int[shape.Count];
        int stride = 1;
        for (int d = strides.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }

        return strides;
    }

    /// <summary>Leaves out dimensions of one step and makes one of neighbours that run through every tensor as one would.</summary>
    /// <param name="dimensions">The slowest first.</param>
    /// <returns>The same walk in as few dimensions as possible.</returns>
    public static List<Dimension> Collapse(IEnumerable<Dimension> dimensions)
    {
        List<Dimension> result = [];
        foreach (Dimension inner in dimensions.Where(d => d.Length != 1))
        {
            if (result.Count > 0 && result[^1].Continues(inner))
            {
                result[^1] = new Dimension(result[^1].Length * inner.Length, inner.Strides);
            }
            else
            {
                result.Add(inner);
            }
        }

        return result;
    }

    /// <summary>
    /// Makes two dimensions of one, so that kernels can be interrupted between the steps of the slower. Nothing happens
    /// where the length has no divisor within the bounds.
    /// </summary>
    /// <param name="dimensions">The slowest first.</param>
    /// <param name="index">Which one.</param>
    /// <param name="longest">Steps that the faster one may have, at least one.</param>
    /// <param name="shortest">Steps that the faster one must have to be worth it.</param>
    public static void Split(List<Dimension> dimensions, int index, int longest, int shortest)
    {
        Dimension whole = dimensions[index];
        if (whole.Length <= longest) return;

        int length = longest;
        while (whole.Length % length != 0) length--;
        if (length < shortest) return;

        dimensions[index] = whole with { Length = length };
        dimensions.Insert(index, new Dimension(whole.Length / length, [.. whole.Strides.Select(s => s * length)]));
    }

    /// <summary>Puts dimensions of one step before the others.</summary>
    /// <param name="dimensions">The slowest first.</param>
    /// <param name="count">Dimensions wanted.</param>
    /// <param name="stride">Stride of the added ones in every tensor, where kernels demand a certain one.</param>
    public static void Fill(List<Dimension> dimensions, int count, params int[] stride)
    {
        while (dimensions.Count < count) dimensions.Insert(0, new Dimension(1, stride));
    }

    private bool Continues(Dimension inner)
    {
        for (int t = 0; t < Strides.Length; t++)
        {
            if (Strides[t] != inner.Length * inner.Strides[t]) return false;
        }

        return true;
    }
}
