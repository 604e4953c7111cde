using static TorchSharp.torch;

namespace EdgeInfer.Training;

// Inside the namespace, where it comes before the runtime's Tensor.
using Tensor = TorchSharp.torch.Tensor;

/// <summary>
/// Variants of the training images: turned, sheared, scaled, moved, bent, and with a thicker pen, so that ten thousand
/// images teach what many more hands would write.
/// </summary>
internal static class Augmentation
{
    private const double Turn = 0.17;
    private const double Shear = 0.2;
    private const double Scale = 0.12;
    private const double Shift = 0.11;
    private const double Bend = 0.06;
    private const double Thicken = 0.5;
    private const int BendPoints = 6;

    /// <summary>Returns one random variant of each image.</summary>
    /// <param name="images">[N, 1, 28, 28], 0 to 1.</param>
    public static Tensor Apply(Tensor images)
    {
        long count = images.shape[0];
        Tensor turn = Symmetric(Turn, count);
        Tensor shear = Symmetric(Shear, count);
        Tensor scaleX = 1 + Symmetric(Scale, count);
        Tensor scaleY = 1 + Symmetric(Scale, count);
        Tensor cosine = turn.cos();
        Tensor sine = turn.sin();

        // Each row maps an output position to the position it is read from: rotation times shear and scale, then a shift.
        Tensor top = stack([cosine * scaleX, (cosine * shear) - (sine * scaleY), Symmetric(Shift, count)], 1);
        Tensor bottom = stack([sine * scaleX, (sine * shear) + (cosine * scaleY), Symmetric(Shift, count)], 1);
        Tensor grid = nn.functional.affine_grid(stack([top, bottom], 1), images.shape, align_corners: false);

        Tensor bend = randn([count, 2, BendPoints, BendPoints]) * Bend;
        bend = nn.functional.interpolate(bend, [DigitSet.Side, DigitSet.Side], mode: InterpolationMode.Bicubic, align_corners: true);
        Tensor moved = nn.functional.grid_sample(images, grid + bend.permute(0, 2, 3, 1), align_corners: false);

        Tensor thick = nn.functional.max_pool2d(moved, [3, 3], [1, 1], [1, 1]);
        Tensor share = (rand([count, 1, 1, 1]) * 2 * Thicken) - Thicken;
        return (moved + ((thick - moved) * share.clamp_min(0))).clamp(0, 1);
    }

    private static Tensor Symmetric(double bound, long count) => ((rand([count]) * 2) - 1) * bound;
}
