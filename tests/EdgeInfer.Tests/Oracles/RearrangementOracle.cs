namespace EdgeInfer.Tests.Oracles;

/// <summary>Operators that only move elements, each by the index that an element of the output comes from.</summary>
internal static class RearrangementOracle
{
    public static NestedArray MirrorPad(NestedArray x, int[] before, int[] after, bool reflect) =>
        NestedArray.Make([.. x.Shape.Select((n, d) => before[d] + n + after[d])], o => x[[.. o.Select((index, d) =>
        {
            // Walk from the middle outwards, turning at the mirror.
            int i = index - before[d], last = x.Shape[d] - 1;
            if (i < 0) return reflect ? -i : -i - 1;
            return i <= last ? i : reflect ? last - (i - last) : last - (i - last - 1);
        })]]);

    public static NestedArray Gather(NestedArray x, int axis, int[] indices) =>
        NestedArray.Make([.. x.Shape.Select((n, d) => d == axis ? indices.Length : n)], o => x[[.. o.Select((index, d) => d == axis ? indices[index] : index)]]);

    public static NestedArray BroadcastTo(NestedArray x, int[] shape) =>
        NestedArray.Make(shape, o => x[[.. x.Shape.Select((n, d) => n == 1 ? 0 : o[d + shape.Length - x.Shape.Length])]]);

    public static NestedArray UpdateSlice(NestedArray x, NestedArray part, int[] begin) =>
        NestedArray.Make(x.Shape, o =>
        {
            int[] inside = [.. o.Select((index, d) => index - Math.Max(0, Math.Min(begin[d], x.Shape[d] - part.Shape[d])))];
            return inside.Zip(part.Shape).All(d => d.First >= 0 && d.First < d.Second) ? part[inside] : x[o];
        });

    public static NestedArray Tile(NestedArray x, int[] multiples) =>
        NestedArray.Make([.. x.Shape.Select((n, d) => n * multiples[d])], o => x[[.. o.Select((index, d) => index % x.Shape[d])]]);

    public static NestedArray Reverse(NestedArray x, int[] axes) =>
        NestedArray.Make(x.Shape, o => x[[.. o.Select((index, d) => axes.Contains(d) ? x.Shape[d] - 1 - index : index)]]);

    /// <summary>The definition of images as squares or points, in whole numbers: no rounding but that of the result.</summary>
    public static NestedArray ResizeNearestNeighbor(NestedArray x, int height, int width, bool alignCorners, bool halfPixelCenters)
    {
        int Nearest(int index, int length, int target)
        {
            (int numerator, int denominator) = alignCorners && target > 1 ? (length - 1, target - 1) : (length, target);
            int twice = (2 * index) + (halfPixelCenters ? 1 : 0);
            int nearest = alignCorners ? ((twice * numerator) + denominator) / (2 * denominator) : twice * numerator / (2 * denominator);
            return Math.Min(nearest, length - 1);
        }

        return NestedArray.Make(
            [x.Shape[0], height, width, x.Shape[3]], o => x[[o[0], Nearest(o[1], x.Shape[1], height), Nearest(o[2], x.Shape[2], width), o[3]]]);
    }

    public static NestedArray SpaceToDepth(NestedArray x, int block)
    {
        int channels = x.Shape[3];
        return NestedArray.Make(
            [x.Shape[0], x.Shape[1] / block, x.Shape[2] / block, channels * block * block],
            o => x[[o[0], (o[1] * block) + (o[3] / channels / block), (o[2] * block) + (o[3] / channels % block), o[3] % channels]]);
    }

    public static NestedArray DepthToSpace(NestedArray x, int block)
    {
        int channels = x.Shape[3] / (block * block);
        return NestedArray.Make(
            [x.Shape[0], x.Shape[1] * block, x.Shape[2] * block, channels],
            o => x[[o[0], o[1] / block, o[2] / block, (((o[1] % block * block) + (o[2] % block)) * channels) + o[3]]]);
    }

    /// <summary>Batches are counted as shift in the block (row, then column) times batches of the image plus the image's batch.</summary>
    public static NestedArray SpaceToBatch(NestedArray x, int[] block, int[] before, int[] after, int zero)
    {
        int batches = x.Shape[0];
        int[] shape = [.. x.Shape];
        shape[0] *= block.Aggregate(1, (a, b) => a * b);
        for (int d = 0; d < block.Length; d++) shape[d + 1] = (before[d] + x.Shape[d + 1] + after[d]) / block[d];
        return NestedArray.Make(shape, o =>
        {
            int[] i = [.. o];
            i[0] = o[0] % batches;
            int shift = o[0] / batches;
            for (int d = block.Length - 1; d >= 0; d--)
            {
                i[d + 1] = (o[d + 1] * block[d]) + (shift % block[d]) - before[d];
                shift /= block[d];
                if (i[d + 1] < 0 || i[d + 1] >= x.Shape[d + 1]) return zero;
            }

            return x[i];
        });
    }

    public static NestedArray BatchToSpace(NestedArray x, int[] block, int[] before, int[] after)
    {
        int batches = x.Shape[0] / block.Aggregate(1, (a, b) => a * b);
        int[] shape = [.. x.Shape];
        shape[0] = batches;
        for (int d = 0; d < block.Length; d++) shape[d + 1] = (x.Shape[d + 1] * block[d]) - before[d] - after[d];
        return NestedArray.Make(shape, o =>
        {
            int[] i = [.. o];
            int shift = 0;
            for (int d = 0; d < block.Length; d++)
            {
                int place = o[d + 1] + before[d];
                i[d + 1] = place / block[d];
                shift = (shift * block[d]) + (place % block[d]);
            }

            i[0] = (shift * batches) + o[0];
            return x[i];
        });
    }
}
