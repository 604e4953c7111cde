using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>What operators on two tensors share: broadcasting, from the shape rule to the fields of <see cref="Broadcast"/>.</summary>
internal static class ElementwisePair
{
    /// <summary>Elements of a unit, where the shapes allow it.</summary>
    private const int LargestUnit = 2048;

    /// <summary>With fewer elements a unit, the cost of starting one would matter.</summary>
    private const int SmallestUnit = 64;

    /// <summary>Dimensions of a unit.</summary>
    private const int UnitDimensions = 2;

    /// <summary>Checks types, int8 or int16, and shapes.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where quantization can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems) =>
        (Int16Operands.AreOf(op) ? Int16Operands.Check(op, problems) : Int8Operands.Check(op, problems)) & CheckShapes(op, problems);

    /// <summary>Checks the shapes alone.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where they fit.</returns>
    public static bool CheckShapes(Operator op, ProblemList problems)
    {
        int[]? shape = [];
        foreach (GraphTensor? input in op.Inputs) shape = shape is null ? null : BroadcastShape(shape, input!.Shape);
        if (!problems.Demand(
            shape is not null && shape.SequenceEqual(op.Output.Shape),
            op,
            $"inputs {string.Join(" and ", op.Inputs.Select(t => $"[{string.Join(',', t!.Shape)}]"))} cannot be broadcast to the output [{string.Join(',', op.Output.Shape)}]")) return false;

        int dimensions = Dimension.Collapse(Walk(op)).Count;
        return problems.Demand(
            dimensions <= Broadcast.Dimensions,
            op,
            $"its inputs alternate in what they are broadcast over {dimensions - 1} times, supported is {Broadcast.Dimensions - 1} times",
            "Reshape the inputs before the operator");
    }

    /// <summary>Sets operands, dimensions and units of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="op">The operator: the two operands come first.</param>
    /// <param name="strides">Field of the strides of a third operand, where there is one.</param>
    /// <param name="inPlace">Whether the output may take an operand's memory.</param>
    public static void Pack(PackedRecord record, Operator op, int strides = Record.None, bool inPlace = true)
    {
        List<Dimension> dimensions = Dimension.Collapse(Walk(op));
        if (dimensions.Count < Broadcast.Dimensions) SplitIntoUnits(dimensions, op.Inputs.Length);
        Dimension.Fill(dimensions, Broadcast.Dimensions, new int[op.Inputs.Length]);

        record.SetOperand(Broadcast.Input1, op.Input);
        record.SetOperand(Broadcast.Input2, op.Inputs[1]!);
        for (int d = 0; d < Broadcast.Dimensions; d++)
        {
            record[Broadcast.Lengths + d] = dimensions[d].Length;
            record[Broadcast.Strides1 + d] = dimensions[d].Strides[0];
            record[Broadcast.Strides2 + d] = dimensions[d].Strides[1];
            if (strides != Record.None) record[strides + d] = dimensions[d].Strides[2];
        }

        int units = dimensions.Take(Broadcast.Dimensions - UnitDimensions).Aggregate(1, (product, d) => product * d.Length);
        record.SetUnits(units, op.Output.Count);
        if (!inPlace) return;
        if (op.Input.Count == op.Output.Count) record.AllowInPlace(Broadcast.Input1);
        if (op.Inputs[1]!.Count == op.Output.Count) record.AllowInPlace(Broadcast.Input2);
    }

    /// <summary>Makes the last two dimensions, which are a unit, small where there is room for another dimension before them.</summary>
    private static void SplitIntoUnits(List<Dimension> dimensions, int operands)
    {
        if (dimensions.Count == 0) return;

        int last = dimensions.Count - 1;
        int run = dimensions[last].Length;
        if (run > LargestUnit)
        {
            if (dimensions.Count + 2 <= Broadcast.Dimensions) Dimension.Split(dimensions, last, LargestUnit, SmallestUnit);
            dimensions.Insert(dimensions.Count - 1, new Dimension(1, new int[operands]));
        }
        else if (last > 0)
        {
            Dimension.Split(dimensions, last - 1, LargestUnit / run, (SmallestUnit + run - 1) / run);
        }
    }

    /// <summary>The shape to which two are broadcast.</summary>
    /// <param name="a">A shape.</param>
    /// <param name="b">Another one.</param>
    /// <returns>The shape, or null where they do not fit.</returns>
    public static int[]? BroadcastShape(int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        int[] shape = new int[rank];
        for (int d = 1; d <= rank; d++)
        {
            int x = d <= a.Length ? a[^d] : 1, y = d <= b.Length ? b[^d] : 1;
            if (x != y && x != 1 && y != 1) return null;
            shape[^d] = x == 1 ? y : x;
        }

        return shape;
    }

    private static IEnumerable<Dimension> Walk(Operator op)
    {
        int[] shape = op.Output.Shape;
        int[][] strides = [.. op.Inputs.Select(t => Strides(t!.Shape, shape.Length))];
        return shape.Select((n, d) => new Dimension(n, [.. strides.Select(s => s[d])]));
    }

    /// <summary>Strides of an operand along the output's dimensions, zero where it is broadcast.</summary>
    /// <param name="shape">The operand's shape.</param>
    /// <param name="rank">Dimensions of the output.</param>
    /// <returns>One stride a dimension.</returns>
    public static int[] Strides(int[] shape, int rank)
    {
        int[] dense = Dimension.DenseStrides(shape);
        int missing = rank - shape.Length;
        return [.. Enumerable.Range(0, rank).Select(d => d < missing || shape[d - missing] == 1 ? 0 : dense[d - missing])];
    }
}
