using EdgeInfer.Cli.Inspection;

namespace EdgeInfer.Cli.Pictures;

/// <summary>Gives every tensor of an arena a colour that its neighbours do not have.</summary>
internal static class ArenaPalette
{
    /// <summary>Colours of about the same weight that stand out from light and from dark ground and bear black text.</summary>
    private static readonly string[] Hues = ["6ea6dd", "f2a24b", "7cc06f", "ee8483", "6fc4bd", "e6c84a", "c793bb", "b99a7c"];

    private const string Scratch = "a0a4a8";

    /// <summary>Chooses the colours.</summary>
    /// <param name="program">The program with its tensors.</param>
    /// <returns>Colours as six hexadecimal digits, by tensor index.</returns>
    public static string[] Choose(ModelProgram program)
    {
        IReadOnlyList<ArenaTensor> tensors = program.Tensors;
        int[] hue = new int[tensors.Count];
        foreach (ArenaTensor tensor in tensors.Where(t => !t.IsScratch))
        {
            bool[] taken = new bool[Hues.Length];
            foreach (ArenaTensor other in tensors.Take(tensor.Index).Where(o => !o.IsScratch && Touch(tensor, o))) taken[hue[other.Index]] = true;
            int free = Array.IndexOf(taken, false, tensor.Index % Hues.Length);
            if (free < 0) free = Math.Max(0, Array.IndexOf(taken, false));
            hue[tensor.Index] = free;
        }

        return [.. tensors.Select(t => t.IsScratch ? Scratch : Hues[hue[t.Index]])];
    }

    private static bool Touch(ArenaTensor a, ArenaTensor b) =>
        a.Segment == b.Segment
        && a.FirstUse <= b.LastUse + 1 && b.FirstUse <= a.LastUse + 1
        && a.Offset <= b.Offset + b.Count && b.Offset <= a.Offset + a.Count;
}
