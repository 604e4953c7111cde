using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Converter.Packing;

/// <summary>
/// How much scratch kernels may take that run faster the more they have. A convolution loads a weight once for all positions
/// that are packed at a time, so it wants many; but the arena should not grow for it beyond what a runtime without in-place
/// operation would need.
/// </summary>
public static class ScratchBudget
{
    /// <summary>Share of the activations that scratch may take where in-place operation saves nothing.</summary>
    private const int ActivationShare = 10;

    /// <summary>The budget for a graph: what in-place operation saves, or a tenth of the activations, whichever is more.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>Bytes; kernels still take the least that they can work with where that is more.</returns>
    public static int For(ModelGraph graph)
    {
        Packer least = Packer.Pack(graph, 0);
        int inPlace = ActivationBytes(ArenaLayout.Plan(least, inPlace: true));
        int apart = ActivationBytes(ArenaLayout.Plan(least, inPlace: false));
        // The windows of compiled layers are scratch too, though they lie among the activations.
        int window = least.Tensors.Where(t => t.Source is null && t.Type == TensorType.Int8).Select(t => t.Bytes).DefaultIfEmpty().Max();
        return Math.Max(0, Math.Max(apart - inPlace, inPlace / ActivationShare) - window);
    }

    private static int ActivationBytes(ArenaPlan plan) => plan.Segments[(int)ArenaSegment.Int8].Size;
}
