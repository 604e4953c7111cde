using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Removes operators that change nothing. Those that keep all elements in their order become reshapes, which cost nothing
/// (see <see cref="ViewAliasing"/>); reshapes that keep even the shape go altogether.
/// </summary>
internal static class NoOperationRemoval
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <returns>True where something was replaced or removed.</returns>
    public static bool Run(ModelGraph graph)
    {
        bool changed = false;
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            Operator op = graph.Operators[i];
            if (!KeepsAllElements(op)) continue;

            graph.Operators[i] = new Reshape(op.Input, op.Output) { Label = op.Label };
            changed = true;
        }

        foreach (Reshape reshape in graph.Operators.OfType<Reshape>().ToArray())
        {
            if (!IsIdentity(reshape) || graph.Outputs.Contains(reshape.Output)) continue;

            graph.ReplaceReads(reshape.Output, reshape.Input);
            graph.Operators.Remove(reshape);
            changed = true;
        }

        return changed;
    }

    private static bool KeepsAllElements(Operator op) => op switch
    {
        Transpose transpose => KeepsOrder(transpose),
        MirrorPad or BroadcastTo or Tile => op.Input.Count == op.Output.Count,
        Pad or Slice => op.Input.Count == op.Output.Count && !RunsBackwards(op),
        Concatenation or Stack => op.Inputs.Length == 1,
        Split or Unstack => op.Outputs.Length == 1,
        Quantize => op.Input.Type == op.Output.Type && IsSame(op.Input.Quantization, op.Output.Quantization),
        Relu relu => relu.Input.Type != ElementType.Float32 && IsSame(relu.Input.Quantization, relu.Output.Quantization)
            && ActivationRange.Of(relu.Kind, relu.Output) == ActivationRange.Of(FusedActivation.None, relu.Output),
        _ => false,
    };

    /// <summary>Dimensions of one element may go anywhere.</summary>
    private static bool KeepsOrder(Transpose transpose)
    {
        int[] moved = [.. transpose.Permutation.Where(d => transpose.Input.Shape[d] != 1)];
        return moved.SequenceEqual(moved.Order());
    }

    private static bool RunsBackwards(Operator op) => op is Slice slice && slice.Strides.Where((s, d) => s < 0 && slice.Sizes[d] > 1).Any();

    /// <summary>An operator that took a variable itself instead of what was read from it would take it for its state.</summary>
    private static bool IsIdentity(Reshape reshape) =>
        !reshape.Input.IsVariable
        && reshape.Input.Shape.SequenceEqual(reshape.Output.Shape)
        && ((reshape.Input.Quantization is null && reshape.Output.Quantization is null) || IsSame(reshape.Input.Quantization, reshape.Output.Quantization));

    private static bool IsSame(Quantization? a, Quantization? b) => a is not null && a.IsSameAs(b);
}
