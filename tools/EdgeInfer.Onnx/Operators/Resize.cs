using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// Resize, and Upsample, which came before it. The nearest element is known at import, whatever the formula is: the operator becomes the device's own
/// where that takes the same elements, and a choice along every dimension elsewhere.
/// </summary>
internal static class Resize
{
    /// <summary>Imports Resize: input, region, scales, sizes, in opset 10 input and scales.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportResize(OnnxNode node)
    {
        bool isFirst = node.Builder.Opset < 11;
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch") throw node.Refuse("a size that depends on the aspect ratio is not supported", "Export the model with the size that comes out");
        Import(node, isFirst ? 1 : 2, isFirst ? -1 : 3, node.Text("coordinate_transformation_mode", isFirst ? "asymmetric" : "half_pixel"), node.Text("nearest_mode", isFirst ? "simple" : "round_prefer_floor"));
    }

    /// <summary>Imports Upsample: input, scales, an attribute before opset 9.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportUpsample(OnnxNode node) => Import(node, 1, -1, "asymmetric", "simple");

    private static void Import(OnnxNode node, int scalesAt, int sizesAt, string coordinates, string rounding)
    {
        OnnxActivation value = node.Shaped(node.Activation(0));
        Axis[] axes = Axes(node, value, scalesAt, sizesAt);
        switch (node.Text("mode", "nearest"))
        {
            case "nearest":
                Nearest(node, value, [.. axes.Select(a => Array.ConvertAll(a.Positions(node, coordinates), p => a.Round(node, p, rounding)))]);
                break;
            case "linear":
                Linear(node, value, axes, coordinates);
                break;
            case var mode:
                throw node.Refuse($"mode '{mode}' is not supported", "Use 'nearest' or 'linear'");
        }
    }

    private static void Nearest(OnnxNode node, OnnxActivation value, int[][] maps)
    {
        foreach ((bool align, bool half) in new[] { (false, false), (false, true), (true, false) })
        {
            bool isSame = value.Rank == 4 && value.Order.SequenceEqual(OnnxActivation.ChannelsLast(4))
                && maps.Select((map, d) => d < 2 ? map.SequenceEqual(Enumerable.Range(0, value.Shape[d])) : map.SequenceEqual(ResizeNearestNeighbor.Map(value.Shape[d], map.Length, align, half))).All(same => same);
            if (!isSame) continue;

            GraphTensor output = node.NewOutput([value.Shape[0], maps[2].Length, maps[3].Length, value.Shape[1]]);
            node.Add(new ResizeNearestNeighbor(value.Tensor, align, half, output));
            node.Return(new OnnxActivation(output, value.Order));
            return;
        }

        node.Return(Selection.Take(node, value, maps));
    }

    private static void Linear(OnnxNode node, OnnxActivation value, Axis[] axes, string coordinates)
    {
        int rank = value.Rank;
        if (rank is not (3 or 4) || axes.Take(2).Any(a => a.Target != a.Length)) throw node.Refuse($"interpolation in an input [{string.Join(',', value.Shape)}] is not supported but along the positions of images and sequences");
        if (node.Int("antialias") != 0) throw node.Refuse("antialias is not supported", "Export the model without it");
        if (axes.Any(a => Math.Abs((a.Scale * a.Length) - a.Target) > 0.01f)) throw node.Refuse("scales that do not make whole sizes are not supported", "Export the model with sizes in place of scales");
        bool isSingle = axes.Skip(2).Any(a => a.Target == 1 && a.Length > 1);
        (bool align, bool half) = coordinates switch
        {
            "half_pixel" => (false, true),
            "pytorch_half_pixel" when !isSingle => (false, true),
            "align_corners" => (true, false),
            "asymmetric" => (false, false),
            _ => throw node.Refuse($"coordinate_transformation_mode '{coordinates}' is not supported for this size", "Use half_pixel, align_corners or asymmetric"),
        };
        GraphTensor input = Image2D.Input(node, rank);
        GraphTensor output = node.NewOutput([input.Shape[0], rank == 3 ? 1 : axes[2].Target, axes[^1].Target, input.Shape[3]]);
        node.Add(new ResizeBilinear(input, align, half, output));
        Image2D.Return(node, output, rank);
    }

    private static Axis[] Axes(OnnxNode node, OnnxActivation value, int scalesAt, int sizesAt)
    {
        float[]? scales = node.HasInput(scalesAt) ? node.Constant(scalesAt).Floats : node.Find("scales")?.Floats.ToArray();
        int[]? sizes = sizesAt >= 0 && node.HasInput(sizesAt) ? node.Constant(sizesAt).Ints : null;
        bool bySize = scales is not { Length: > 0 };
        int[] named = node.Ints("axes") is { } given ? [.. given.Select(a => node.Axis(a, value.Rank))] : OnnxGraphBuilder.Identity(value.Rank);
        if ((bySize ? sizes?.Length : scales!.Length) != named.Length) throw node.Refuse("it has neither a scale nor a size for every dimension");

        Axis[] axes = [.. value.Shape.Select(n => new Axis(n, n, 1))];
        for (int i = 0; i < named.Length; i++)
        {
            int length = value.Shape[named[i]];
            double target = bySize ? sizes![i] : Math.Floor(length * scales![i]);
            if (!(target is >= 1 and <= OnnxConstant.MaximumElements)) throw node.Refuse($"a dimension of {length} elements cannot become {target}");
            axes[named[i]] = new Axis(length, (int)target, bySize ? (float)target / length : scales![i]);
        }

        return axes;
    }

    /// <summary>A dimension before and after, computed in single precision as ONNX Runtime does.</summary>
    private sealed record Axis(int Length, int Target, float Scale)
    {
        public float[] Positions(OnnxNode node, string mode) => Length == Target && Scale == 1
            ? [.. Enumerable.Range(0, Length)]
            : [.. Enumerable.Range(0, Target).Select(i => mode switch
            {
                "half_pixel" => ((i + 0.5f) / Scale) - 0.5f,
                "pytorch_half_pixel" => Target > 1 ? ((i + 0.5f) / Scale) - 0.5f : 0,
                "align_corners" => Target == 1 ? 0 : (float)i * (Length - 1) / (Target - 1),
                "asymmetric" => i / Scale,
                "tf_half_pixel_for_nn" => (i + 0.5f) / Scale,
                _ => throw node.Refuse($"coordinate_transformation_mode '{mode}' is not supported", "Use half_pixel, pytorch_half_pixel, align_corners or asymmetric"),
            })];

        public int Round(OnnxNode node, float position, string mode)
        {
            float nearest = mode switch
            {
                "round_prefer_floor" => MathF.Ceiling(position - 0.5f),
                "round_prefer_ceil" => MathF.Floor(position + 0.5f),
                "floor" => MathF.Floor(position),
                "ceil" => MathF.Ceiling(position),
                "simple" => Scale < 1 ? MathF.Ceiling(position) : MathF.Floor(position),
                _ => throw node.Refuse($"nearest_mode '{mode}' is not supported"),
            };
            return (int)Math.Clamp(nearest, 0, Length - 1);
        }
    }
}
