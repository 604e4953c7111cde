using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Folds a PAD into the convolution behind it. Both stand for the real number 0, the zero point of the tensor; a convolution
/// skips the taps that lie in its padding, so that neither the padded image nor the products with zeros cost anything. A
/// pool's padding is left out of the average or maximum and stands for nothing, so that a PAD before it stays.
/// </summary>
internal static class PaddingFolding
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <returns>True where something was folded.</returns>
    public static bool Run(ModelGraph graph)
    {
        bool changed = false;
        foreach (Pad pad in graph.Operators.OfType<Pad>().ToArray())
        {
            Operator? reader = graph.OnlyReaderOf(pad.Output);
            if (reader is not IFoldsPadding convolution || reader.Input != pad.Output || !PadsImageOnly(pad)) continue;

            Window2D window = convolution.Window;
            convolution.Window = window with
            {
                Top = window.Top + pad.Before[1],
                Left = window.Left + pad.Before[2],
                Bottom = window.Bottom + pad.After[1],
                Right = window.Right + pad.After[2],
            };
            reader.Inputs[0] = pad.Input;
            graph.Operators.Remove(pad);
            changed = true;
        }

        return changed;
    }

    private static bool PadsImageOnly(Pad pad) =>
        pad.Value == DataMovement.ZeroOf(pad.Output)
        && pad.Before.Count == 4 && pad.Before[0] == 0 && pad.After[0] == 0 && pad.Before[3] == 0 && pad.After[3] == 0;
}
