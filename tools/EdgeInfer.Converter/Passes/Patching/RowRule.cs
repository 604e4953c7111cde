using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>
/// Which input rows an operator needs for a band of its output rows, and the operator that computes this band alone.
/// Images are NHWC with one image a tensor, so that a band of rows is a run of consecutive elements.
/// </summary>
internal static class RowRule
{
    private const int RowAxis = 1;
    private const int ChannelAxis = 3;

    /// <summary>Tells whether an operator computes its output rows from some of its input rows.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True where the other methods can be asked.</returns>
    public static bool Applies(Operator op) =>
        op.Outputs.Length == 1 && IsImage(op.Output) && Images(op) is { Length: > 0 } images && Array.TrueForAll(images, i => IsImage(op.Inputs[i]!));

    /// <summary>Operands of which rows are needed, as opposed to constants that all rows share.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Indexes of operands; empty where the operator does not work row by row.</returns>
    public static int[] Images(Operator op) => op switch
    {
        ISlidesWindow => [0],
        LookupOperator or Quantize => op.Input.Shape.SequenceEqual(op.Output.Shape) ? [0] : [],
        Concatenation join => join.Axis == ChannelAxis ? [.. Enumerable.Range(0, join.Inputs.Length)] : [],
        Add or Sub or Mul => OfPair(op),
        Pad pad => pad.Before.Count == ChannelAxis + 1 && pad.Before[0] + pad.After[0] == 0 ? [0] : [],
        _ => [],
    };

    /// <summary>Rows that are needed of every image operand.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="output">Output rows.</param>
    /// <returns>Input rows, cut to the image; none where all lie in the padding.</returns>
    public static RowRange InputRows(Operator op, RowRange output)
    {
        (int first, int end) = op switch
        {
            ISlidesWindow sliding => (FirstTap(sliding, output), LastTap(sliding, output) + 1),
            Pad pad => (output.First - pad.Before[RowAxis], output.End - pad.Before[RowAxis]),
            _ => (output.First, output.End),
        };
        return new RowRange(Math.Max(0, first), Math.Min(RowsOf(op.Inputs[Images(op)[0]]!), end));
    }

    /// <summary>Makes the operator that computes a band of rows.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="output">Output rows.</param>
    /// <param name="band">The tensor of those rows.</param>
    /// <param name="image">Gives the tensor of the rows that are needed of an operand.</param>
    /// <returns>The operator.</returns>
    public static Operator Band(Operator op, RowRange output, GraphTensor band, Func<GraphTensor, GraphTensor> image)
    {
        GraphTensor?[] inputs = [.. op.Inputs];
        foreach (int i in Images(op)) inputs[i] = image(inputs[i]!);
        if (op is Pad pad)
        {
            int[] before = [.. pad.Before], after = [.. pad.After];
            before[RowAxis] = Math.Max(0, pad.Before[RowAxis] - output.First);
            after[RowAxis] = Math.Max(0, output.End - pad.Before[RowAxis] - RowsOf(pad.Input));
            return new Pad(inputs[0]!, before, after, band) { Label = op.Label };
        }

        Operator part = op.With(inputs, [band]);
        if (op is ISlidesWindow whole)
        {
            ((ISlidesWindow)part).Window = whole.Window with
            {
                Top = Math.Max(0, -FirstTap(whole, output)),
                Bottom = Math.Max(0, LastTap(whole, output) + 1 - RowsOf(op.Input)),
            };
        }

        return part;
    }

    /// <summary>Rows of an image.</summary>
    /// <param name="image">The tensor.</param>
    /// <returns>Its rows.</returns>
    public static int RowsOf(GraphTensor image) => image.Shape[RowAxis];

    /// <summary>Elements of a row.</summary>
    /// <param name="image">The tensor.</param>
    /// <returns>Columns times channels.</returns>
    public static int RowLength(GraphTensor image) => image.Count / RowsOf(image);

    /// <summary>Makes a tensor for a band of an image. Its name is short, since there are many of them in a blob; the operator says of what.</summary>
    /// <param name="image">The image.</param>
    /// <param name="rows">Its rows.</param>
    /// <returns>The tensor.</returns>
    public static GraphTensor TensorOf(GraphTensor image, RowRange rows)
    {
        int[] shape = [.. image.Shape];
        shape[RowAxis] = rows.Count;
        return new GraphTensor($"rows {rows.First} to {rows.End - 1}", image.Type, shape) { Quantization = image.Quantization };
    }

    /// <summary>The first row that the window touches, negative where it begins in the padding.</summary>
    private static int FirstTap(ISlidesWindow op, RowRange output) => (output.First * op.Window.StrideHeight) - op.Window.Top;

    private static int LastTap(ISlidesWindow op, RowRange output) =>
        ((output.End - 1) * op.Window.StrideHeight) - op.Window.Top + ((op.FilterHeight - 1) * op.Window.DilationHeight);

    /// <summary>Both operands are images, or one is a constant that every row sees alike.</summary>
    private static int[] OfPair(Operator op)
    {
        int[] images = [.. Enumerable.Range(0, op.Inputs.Length).Where(i => op.Inputs[i]!.Shape.SequenceEqual(op.Output.Shape))];
        bool others = Enumerable.Range(0, op.Inputs.Length).Except(images).All(i => op.Inputs[i]!.IsConstant && IsAlikeInAllRows(op.Inputs[i]!));
        return others ? images : [];
    }

    private static bool IsAlikeInAllRows(GraphTensor operand) =>
        operand.Shape.Length < ChannelAxis || operand.Shape[^ChannelAxis] == 1;

    private static bool IsImage(GraphTensor tensor) =>
        tensor.Shape.Length == ChannelAxis + 1 && tensor.Shape[0] == 1 && !tensor.IsConstant && !tensor.Storage.IsVariable;
}
