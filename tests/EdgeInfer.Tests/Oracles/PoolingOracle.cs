namespace EdgeInfer.Tests.Oracles;

/// <summary>Pools by their definition: every cell of every window is looked at, and left out where it is not in the image.</summary>
internal static class PoolingOracle
{
    /// <summary>The mean of the cells, rounded half away from zero.</summary>
    public static int Average(List<int> cells)
    {
        int sum = cells.Sum();
        int doubled = (2 * Math.Abs(sum)) + cells.Count;
        return Math.Sign(sum) * (doubled / (2 * cells.Count));
    }

    public static int Maximum(List<int> cells) => cells.Max();

    public static NestedArray Run(
        NestedArray x, int[] output, (int Height, int Width) filter, (int Height, int Width) stride, (int Top, int Left) padding, (int Min, int Max) limits, Func<List<int>, int> reduce) =>
        NestedArray.Make(output, o =>
        {
            List<int> cells = [];
            for (int fy = 0; fy < filter.Height; fy++)
            {
                for (int fx = 0; fx < filter.Width; fx++)
                {
                    int row = (o[1] * stride.Height) + fy - padding.Top;
                    int column = (o[2] * stride.Width) + fx - padding.Left;
                    if (row >= 0 && row < x.Shape[1] && column >= 0 && column < x.Shape[2]) cells.Add(x[[o[0], row, column, o[3]]]);
                }
            }

            return Math.Clamp(reduce(cells), limits.Min, limits.Max);
        });
}
