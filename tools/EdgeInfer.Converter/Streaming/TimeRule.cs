using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Streaming;

/// <summary>How an operator computes rows of its outputs from rows of its inputs, and the operator that computes some of them alone.</summary>
/// <param name="Taps">Which input rows an output row depends on.</param>
/// <param name="Images">Indexes of the operands that have rows; all others are constants that every row sees alike.</param>
/// <param name="Axis">Dimension of the first image that is time, where the operator has options along it; else -1.</param>
/// <param name="Outputs">Where time lies in the outputs.</param>
internal sealed record TimeRule(TimeTaps Taps, int[] Images, int Axis, TimeLayout[] Outputs)
{
    /// <summary>Finds the rule of an operator.</summary>
    /// <param name="op">The operator, of which at least one operand has rows.</param>
    /// <param name="layoutOf">Where time lies in a tensor; null where it has none.</param>
    /// <param name="reason">Why the operator needs all rows at once, where it does.</param>
    /// <returns>The rule; null where the operator needs all rows at once.</returns>
    public static TimeRule? Of(Operator op, Func<GraphTensor, TimeLayout?> layoutOf, out string reason)
    {
        int[] images = [.. Enumerable.Range(0, op.Inputs.Length).Where(i => op.Inputs[i] is { } t && layoutOf(t) is not null)];
        TimeLayout layout = layoutOf(op.Inputs[images[0]]!)!.Value;
        int axis = layout.AxisIn(op.Inputs[images[0]]!.Shape);
        reason = string.Empty;
        TimeRule? rule = op switch
        {
            ISlidesWindow sliding => axis is 1 or 2 ? Along(images, axis, TimeWindow.Along(sliding, axis), TimeLayout.Along(op.Output.Shape, axis)) : Refuse("its window does not slide along time", out reason),
            LookupOperator or Quantize or Dequantize => Same(images, layout),
            Reshape => layout.DimensionIn(op.Output.Shape) >= 0 ? Same(images, layout) : Refuse("its output has no dimension along which time runs", out reason),
            Softmax => layout.Inner % op.Input.Shape[^1] == 0 ? Same(images, layout) : Refuse("it normalizes over time", out reason),
            FullyConnected product => layout.Inner % product.Weights.Shape[1] == 0
                ? Same(images, layout with { Inner = layout.Inner / product.Weights.Shape[1] * product.Weights.Shape[0] })
                : Refuse("it has weights of their own for every step of time", out reason),
            Add or Sub or Mul => OfPair(op, images, layout, layoutOf, out reason),
            Concatenation join => OfJoin(join, images, axis, layoutOf, out reason),
            Split split => axis >= 0 && split.Axis != axis
                ? new TimeRule(TimeTaps.Same, images, -1, [.. op.Outputs.Select(t => TimeLayout.Along(t.Shape, axis))])
                : Refuse("it divides time", out reason),
            Pad pad => axis >= 0 ? Along(images, axis, new TimeTaps(1, -pad.Before[axis], 1, 1), TimeLayout.Along(op.Output.Shape, axis)) : Refuse("it pads a dimension of which time is a part", out reason),
            Slice slice => axis >= 0 && slice.Strides[axis] > 0
                ? Along(images, axis, new TimeTaps(slice.Strides[axis], slice.Begin[axis], 1, 1), TimeLayout.Along(slice.Sizes, axis))
                : Refuse("it takes frames in another order", out reason),
            Transpose transpose => axis >= 0 ? Same(images, TimeLayout.Along(op.Output.Shape, transpose.Permutation.ToList().IndexOf(axis))) : Refuse("it takes time apart", out reason),
            Mean mean => axis >= 0 && !mean.Axes.Contains(axis) ? Same(images, OfMean(mean, axis)) : Refuse("it averages over time", out reason),
            _ => Refuse("it is not known to work step by step", out reason),
        };
        if (rule is null) return null;

        // What has one row is no longer a sequence: nobody asks where its time lies.
        bool named = rule.Outputs.Zip(op.Outputs).All(pair => pair.First.Rows == 1 || pair.First.DimensionIn(pair.Second.Shape) >= 0);
        return named ? rule : Refuse("its output has no dimension along which time runs", out reason);
    }

    /// <summary>Makes the operator that computes some rows.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="output">The output rows.</param>
    /// <param name="input">The input rows that it is given; those that it lacks are padding.</param>
    /// <param name="inputs">Operands; those with rows hold <paramref name="input"/>.</param>
    /// <param name="outputs">Results, of <paramref name="output"/>.</param>
    /// <returns>The operator.</returns>
    public Operator Band(Operator op, RowRange output, RowRange input, GraphTensor?[] inputs, GraphTensor[] outputs)
    {
        RowRange seen = Taps.RowsFor(output);
        int before = Math.Max(0, input.First - seen.First), after = Math.Max(0, seen.End - input.End);
        Operator band;
        switch (op)
        {
            case Pad pad:
                band = new Pad(inputs[0]!, Replaced(pad.Before, before), Replaced(pad.After, after), outputs[0]);
                break;
            case Slice slice:
                int begin = seen.First - input.First;
                band = new Slice(inputs[0]!, Replaced(slice.Begin, begin), Replaced(slice.Sizes, output.Count), [.. slice.Strides], outputs[0]);
                break;
            default:
                band = op.With(inputs, outputs);
                if (band is ISlidesWindow sliding) sliding.Window = TimeWindow.WithPadding(sliding.Window, Axis, before, after);
                break;
        }

        band.Label = op.Label;
        return band;

        int[] Replaced(IReadOnlyList<int> values, int value)
        {
            int[] result = [.. values];
            result[Axis] = value;
            return result;
        }
    }

    private static TimeRule Same(int[] images, TimeLayout output) => new(TimeTaps.Same, images, -1, [output]);

    private static TimeRule Along(int[] images, int axis, TimeTaps taps, TimeLayout output) => new(taps, images, axis, [output]);

    private static TimeRule? Refuse(string why, out string reason)
    {
        reason = why;
        return null;
    }

    /// <summary>Both operands have rows, or the other one is a constant that every row sees alike.</summary>
    private static TimeRule? OfPair(Operator op, int[] images, TimeLayout layout, Func<GraphTensor, TimeLayout?> layoutOf, out string reason)
    {
        reason = string.Empty;
        if (!images.All(i => layoutOf(op.Inputs[i]!) == layout && op.Inputs[i]!.Shape.SequenceEqual(op.Output.Shape))) return Refuse("its operands are not alike in time", out reason);

        foreach (GraphTensor other in op.Inputs.Where((_, i) => !images.Contains(i)).OfType<GraphTensor>())
        {
            if (!other.IsConstant) return Refuse($"'{other.Name}' depends on the whole window", out reason);

            int axis = layout.AxisIn(op.Output.Shape), behind = op.Output.Shape.Length - axis;
            bool alike = other.Count == 1 || (axis >= 0 && (other.Shape.Length < behind || other.Shape[^behind] == 1));
            if (!alike) return Refuse($"its constant '{other.Name}' differs from one step of time to the next", out reason);
        }

        return Same(images, layout);
    }

    private static TimeRule? OfJoin(Concatenation join, int[] images, int axis, Func<GraphTensor, TimeLayout?> layoutOf, out string reason)
    {
        reason = string.Empty;
        if (axis < 0 || join.Axis == axis) return Refuse("it joins tensors along time", out reason);
        if (images.Length < join.Inputs.Length) return Refuse("it joins a sequence with something that has no time", out reason);

        bool alike = images.All(i => layoutOf(join.Inputs[i]!) is { } other && other.AxisIn(join.Inputs[i]!.Shape) == axis);
        return alike ? Same(images, TimeLayout.Along(join.Output.Shape, axis)) : Refuse("its operands are not alike in time", out reason);
    }

    private static TimeLayout OfMean(Mean mean, int axis)
    {
        int[] kept = [.. mean.Input.Shape.Select((n, d) => mean.Axes.Contains(d) ? 1 : n)];
        return TimeLayout.Along(kept, axis);
    }
}
