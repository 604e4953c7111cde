using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// Moves the rows of a window on: those that stay go towards the beginning, and new ones take the places behind. The window is a variable,
/// so that nothing of it is held twice.
/// </summary>
/// <param name="window">The variable.</param>
/// <param name="from">The first element that stays.</param>
/// <param name="to">The element to which it goes, at most <paramref name="from"/>.</param>
/// <param name="count">Number of elements that stay.</param>
/// <param name="pieces">What is put into the window afterwards.</param>
/// <param name="starts">The element of the window at which every piece begins.</param>
public sealed class MoveWindow(GraphTensor window, int from, int to, int count, GraphTensor[] pieces, int[] starts)
    : Operator([window, .. pieces], [window])
{
    private GraphTensor Window => Output;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems)) return;
        problems.Demand(Window.IsVariable && Input == Window, this, $"its window '{Window.Name}' is not a variable");
        bool inside = to >= 0 && to <= from && count > 0 && from + count <= Window.Count && starts.Length == Inputs.Length - 1
            && !starts.Where((start, i) => start < 0 || start + Inputs[i + 1]!.Count > Window.Count).Any();
        problems.Demand(inside, this, $"its rows do not lie within the {Window.Count} elements of '{Window.Name}'");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        DataMovement.Copy(packer, Window, from, Window, to, [new(count, 1, 1)]);
        for (int i = 0; i < starts.Length; i++) DataMovement.Copy(packer, Inputs[i + 1]!, 0, Window, starts[i], [new(Inputs[i + 1]!.Count, 1, 1)]);
    }
}
