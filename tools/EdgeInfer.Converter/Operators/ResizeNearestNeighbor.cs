using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>An image of another size, each pixel being one of the input. Input and output NHWC.</summary>
/// <param name="input">Input, NHWC.</param>
/// <param name="alignCorners">True where the corner pixels of both images lie upon each other.</param>
/// <param name="halfPixelCenters">True where pixels count as squares, false where they count as points.</param>
/// <param name="output">Output, NHWC.</param>
/// <remarks>GetNearestNeighbor of TensorFlow Lite (kernels/internal/reference/resize_nearest_neighbor.h), in single precision as there.</remarks>
public sealed class ResizeNearestNeighbor(GraphTensor input, bool alignCorners, bool halfPixelCenters, GraphTensor output) : Rearrangement(input, output)
{
    /// <summary>True where the corner pixels lie upon each other.</summary>
    public bool AlignCorners { get; } = alignCorners;

    /// <summary>True where pixels count as squares.</summary>
    public bool HalfPixelCenters { get; } = halfPixelCenters;

    /// <inheritdoc/>
    protected override bool CheckShape(ProblemList problems)
    {
        int[] x = Input.Shape, y = Output.Shape;
        return problems.Demand(x.Length == 4 && y.Length == 4, this, "input and output must have four dimensions")
            && problems.Demand(y[0] == x[0] && y[3] == x[3], this, $"the output [{string.Join(',', y)}] has other batches or channels than the input [{string.Join(',', x)}]");
    }

    /// <inheritdoc/>
    protected override int[][] CreateMaps() => [.. Input.Shape.Select((n, d) => d is 1 or 2 ? Map(n, Output.Shape[d], AlignCorners, HalfPixelCenters) : [.. Enumerable.Range(0, n)])];

    /// <summary>Which pixel each pixel of the output is, along one dimension.</summary>
    /// <param name="length">Pixels of the input.</param>
    /// <param name="target">Pixels of the output.</param>
    /// <param name="alignCorners">Whether the corner pixels lie upon each other.</param>
    /// <param name="halfPixelCenters">Whether pixels count as squares.</param>
    /// <returns>An index of the input for each of the output.</returns>
    public static int[] Map(int length, int target, bool alignCorners, bool halfPixelCenters)
    {
        float scale = alignCorners && target > 1 ? (length - 1) / (float)(target - 1) : length / (float)target;
        float offset = halfPixelCenters ? 0.5f : 0;
        int[] map = new int[target];
        for (int i = 0; i < target; i++)
        {
            float position = (i + offset) * scale;
            int nearest = (int)(alignCorners ? MathF.Round(position, MidpointRounding.AwayFromZero) : MathF.Floor(position));
            map[i] = Math.Min(nearest, length - 1);
        }

        return map;
    }
}
