namespace EdgeInfer.Onnx.Import;

/// <summary>
/// A reshape of a value whose tensor has its dimensions in another order than ONNX: both shapes are products of the same parts, so that dimensions are only divided
/// and joined. Dimensions of one element are left out.
/// </summary>
/// <param name="Sizes">Elements of every part, in the order of ONNX.</param>
/// <param name="Wholes">For every part, the dimension of the new shape that it belongs to.</param>
/// <param name="Stored">The parts in the order in which the tensor has them.</param>
/// <param name="Rank">Number of dimensions of the new shape, those of one element included.</param>
internal sealed record OnnxReshape(IReadOnlyList<int> Sizes, IReadOnlyList<int> Wholes, List<int> Stored, int Rank)
{
    /// <summary>Dimensions of the tensor once they are divided.</summary>
    public int[] StoredShape => [.. Stored.Select(p => Sizes[p])];

    /// <summary>Finds the parts of the reshape that a value waits for.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The reshape; null where a dimension of the one shape would be cut in the middle of one of the other, as from 2 x 3 to 3 x 2.</returns>
    public static OnnxReshape? Of(OnnxActivation value)
    {
        int[] from = [.. Enumerable.Range(0, value.ImageShape.Length).Where(d => value.ImageShape[d] != 1)], to = [.. Enumerable.Range(0, value.Rank).Where(d => value.Shape[d] != 1)];
        List<int> sizes = [], sources = [], wholes = [];
        for (int i = 0, j = 0, left = 1, right = 1; i < from.Length && j < to.Length;)
        {
            if (left == 1) left = value.ImageShape[from[i]];
            if (right == 1) right = value.Shape[to[j]];
            int part = Math.Min(left, right);
            if (left % part != 0 || right % part != 0) return null;

            sizes.Add(part);
            sources.Add(value.Order[from[i]]);
            wholes.Add(to[j]);
            if ((left /= part) == 1) i++;
            if ((right /= part) == 1) j++;
        }

        return new OnnxReshape(sizes, wholes, [.. Enumerable.Range(0, sizes.Count).OrderBy(p => sources[p])], value.Rank);
    }

    /// <summary>The parts of which a dimension consists.</summary>
    /// <param name="whole">The dimension.</param>
    /// <returns>The parts, in the order of ONNX.</returns>
    public IEnumerable<int> PartsOf(int whole) => Enumerable.Range(0, Wholes.Count).Where(p => Wholes[p] == whole);

    /// <summary>
    /// The order in which a tensor may have the new dimensions: that in which they lie already; else the wanted one; else that of images or that of ONNX, whichever leaves more parts
    /// in their places at both ends.
    /// </summary>
    /// <param name="wanted">For every dimension, the tensor's dimension that it shall be; null for any.</param>
    /// <returns>The dimensions of more than one element.</returns>
    public int[] Arrangement(int[]? wanted)
    {
        int[] present = [.. Stored.Select(p => Wholes[p]).Distinct()];
        if (Kept(present) == Stored.Count) return present;

        int[] Present(IEnumerable<int> wholes) => [.. wholes.Where(Wholes.Contains)];
        if (wanted is not null) return Present(Enumerable.Range(0, Rank).OrderBy(d => wanted[d]));
        int[] plain = Present(Enumerable.Range(0, Rank));
        if (Rank < 3) return plain;

        int[] image = Present([0, .. Enumerable.Range(2, Rank - 2), 1]);
        return Kept(image) > Kept(plain) || (Kept(image) == Kept(plain) && Rank == 4) ? image : plain;
    }

    /// <summary>How many parts stay at the beginning and at the end; all where nothing moves.</summary>
    private int Kept(int[] wholes)
    {
        int[] order = [.. wholes.SelectMany(PartsOf)];
        int head = order.Zip(Stored).TakeWhile(pair => pair.First == pair.Second).Count();
        return head == order.Length ? head : head + order.Reverse().Zip(Enumerable.Reverse(Stored)).TakeWhile(pair => pair.First == pair.Second).Count();
    }
}
