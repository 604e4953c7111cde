namespace EdgeInfer.Tests.Oracles;

/// <summary>Bilinear interpolation as TensorFlow Lite defines it for int8: positions with 10 fractional bits, sums with 20.</summary>
internal static class ResizeBilinearOracle
{
    public static NestedArray Run(NestedArray x, int height, int width, bool alignCorners, bool halfPixelCenters)
    {
        (int First, int Second, long Weight) At(int index, int length, int target)
        {
            long step = alignCorners && target > 1
                ? ((1024L * (length - 1)) + ((target - 1) / 2)) / (target - 1)
                : ((1024L * length) + (target / 2)) / target;
            long position = halfPixelCenters ? (index * step) + (step / 2) - 512 : index * step;
            int first = (int)Math.Min(length - 1, Math.Max(0, position / 1024));
            int second = (int)Math.Min(length - 1, (position + 1023) / 1024);
            return (first, second, position - (1024L * first));
        }

        return NestedArray.Make([x.Shape[0], height, width, x.Shape[3]], o =>
        {
            (int top, int bottom, long down) = At(o[1], x.Shape[1], height);
            (int left, int right, long across) = At(o[2], x.Shape[2], width);
            long sum = (x[[o[0], top, left, o[3]]] * (1024 - down) * (1024 - across))
                + (x[[o[0], bottom, left, o[3]]] * down * (1024 - across))
                + (x[[o[0], top, right, o[3]]] * (1024 - down) * across)
                + (x[[o[0], bottom, right, o[3]]] * down * across);
            return (int)Math.Round(sum / (double)(1 << 20), MidpointRounding.AwayFromZero);
        });
    }
}
