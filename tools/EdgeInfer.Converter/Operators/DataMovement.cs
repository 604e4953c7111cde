using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using FillLayout = EdgeInfer.Kernels.Fill;
using Layout = EdgeInfer.Kernels.Copy;

namespace EdgeInfer.Converter.Operators;

/// <summary>What operators share that only move elements: their types, and how boxes of a tensor become records.</summary>
internal static class DataMovement
{
    private const int Source = 0;
    private const int Target = 1;

    /// <summary>Elements that are moved without an occasion to interrupt.</summary>
    private const int LongestUnit = 4096;

    private static readonly ElementType[] Types =
        [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Float32, ElementType.Bool];

    /// <summary>Demands that all tensors have one type and one quantization.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where the shapes can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems)
    {
        GraphTensor first = op.Input;
        if (!problems.Demand(Types.Contains(first.Type), op, $"its input '{first.Name}' is {first.Type}, supported is {string.Join(" or ", Types)}")) return false;

        bool good = problems.Demand(first.Count > 0, op, $"its input '{first.Name}' is empty");
        foreach (GraphTensor other in op.Inputs.Skip(1).OfType<GraphTensor>().Concat(op.Outputs))
        {
            good &= problems.Demand(other.Count > 0, op, $"'{other.Name}' is empty")
                && problems.Demand(other.Type == first.Type, op, $"'{other.Name}' is {other.Type}, but '{first.Name}' is {first.Type}")
                && problems.Demand(
                    HaveSameScale(first, other),
                    op,
                    $"'{other.Name}' and '{first.Name}' have different scales or zero points, though the operator only moves elements",
                    "Quantize the model so that both share them, as the TFLite converter does",
                    ErrorCode.Quantization);
        }

        return good;
    }

    /// <summary>Checks the index of a dimension.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="axis">The index.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where there is such a dimension.</returns>
    public static bool CheckAxis(Operator op, int axis, int rank, ProblemList problems) =>
        problems.Demand(axis >= 0 && axis < rank, op, $"there is no dimension {axis} in a tensor of {rank}");

    /// <summary>What the real number 0 is in a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The number as it is stored, of a float its bits.</returns>
    public static int ZeroOf(GraphTensor tensor) => tensor.Type == ElementType.Float32 ? 0 : tensor.Quantization?.ZeroPoint ?? 0;

    /// <summary>Writes one value to a whole tensor.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="target">The tensor.</param>
    /// <param name="value">The value as it is stored, of a float its bits.</param>
    public static void Fill(Packer packer, GraphTensor target, int value)
    {
        PackedRecord record = packer.Add(OperatorCode.Fill, FillLayout.Words, target);
        record[FillLayout.Count] = target.Count;
        record[FillLayout.Value] = value;
        record.SetUnits(FillLayout.UnitsOf(target.Count), target.Count);
    }

    /// <summary>Copies a box from one tensor to another, unless a pass has let it lie there from the start.</summary>
    /// <param name="packer">Receives the records: one, or several where the box has more dimensions than a record can hold.</param>
    /// <param name="source">Tensor to read.</param>
    /// <param name="sourceStart">Its first element.</param>
    /// <param name="target">Tensor to write.</param>
    /// <param name="targetStart">Its first element.</param>
    /// <param name="box">The box, the slowest dimension first; strides in the source and in the target.</param>
    public static void Copy(Packer packer, GraphTensor source, int sourceStart, GraphTensor target, int targetStart, IEnumerable<Dimension> box)
    {
        List<Dimension> dimensions = Dimension.Collapse(box);
        if (IsInPlace(source, sourceStart, target, targetStart, dimensions)) return;

        Dimension run = dimensions.FindLast(d => d.Strides[Target] == 1) ?? new Dimension(1, 1, 1);
        dimensions.Remove(run);
        if (dimensions.Count <= Layout.Dimensions)
        {
            Add(packer, source, sourceStart, target, targetStart, run, dimensions);
            return;
        }

        Dimension shortest = dimensions.MinBy(d => d.Length)!;
        dimensions.Remove(shortest);
        for (int i = 0; i < shortest.Length; i++)
        {
            Copy(packer, source, sourceStart + (i * shortest.Strides[Source]), target, targetStart + (i * shortest.Strides[Target]), [.. dimensions, run]);
        }
    }

    /// <summary>Copies one of the parts that lie side by side along a dimension of a tensor, to it or from it.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="whole">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="start">Where the part begins along it.</param>
    /// <param name="length">Its length along it.</param>
    /// <param name="part">The tensor that holds the part alone.</param>
    /// <param name="join">True to put the part into the whole, false to take it out.</param>
    public static void CopyPart(Packer packer, GraphTensor whole, int axis, int start, int length, GraphTensor part, bool join)
    {
        int inner = whole.Shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        int outer = whole.Shape.Take(axis).Aggregate(1, (a, b) => a * b);
        int run = length * inner;
        int step = whole.Shape[axis] * inner;
        if (join && outer == 1 && packer.HasParts(whole)) Copy(packer, part, 0, PartOf(whole, start * inner, part), 0, [new(run, 1, 1)]);
        else if (join) Copy(packer, part, 0, whole, start * inner, [new(outer, run, step), new(run, 1, 1)]);
        else Copy(packer, whole, start * inner, part, 0, [new(outer, step, run), new(run, 1, 1)]);
    }

    /// <summary>Tells whether every element is already where it shall be, because both tensors lie in the same memory.</summary>
    private static bool IsInPlace(GraphTensor source, int sourceStart, GraphTensor target, int targetStart, List<Dimension> box) =>
        source.Storage == target.Storage
        && source.StorageStart + sourceStart == target.StorageStart + targetStart
        && box.TrueForAll(d => d.Length == 1 || d.Strides[Source] == d.Strides[Target]);

    /// <summary>Where some parts are computed in their place, the others are copied to theirs: writing to the whole would take the value of all.</summary>
    private static GraphTensor PartOf(GraphTensor whole, int start, GraphTensor part)
    {
        GraphTensor place = new(part.Name, part.Type, part.Shape) { Quantization = part.Quantization };
        place.MakePartOf(whole, start);
        return place;
    }

    private static void Add(Packer packer, GraphTensor source, int sourceStart, GraphTensor target, int targetStart, Dimension run, List<Dimension> outer)
    {
        int count = outer.Aggregate(run.Length, (product, d) => product * d.Length);
        if (outer.Count is > 0 and < Layout.Dimensions && count > LongestUnit)
        {
            // The slowest dimension comes first, which makes its steps units; otherwise the box is one unit.
            Dimension slowest = outer[0];
            outer.RemoveAt(0);
            Dimension.Fill(outer, Layout.Dimensions - 1, 0, 0);
            outer.Insert(0, slowest);
        }

        Dimension.Fill(outer, Layout.Dimensions, 0, 0);
        PackedRecord record = packer.Add(OperatorCode.Copy, Layout.Words, target);
        record.SetOperand(Layout.Input, source);
        record[Layout.InputStart] = sourceStart;
        record[Layout.OutputStart] = targetStart;
        record[Layout.RunLength] = run.Length;
        record[Layout.RunStep] = run.Strides[Source];
        for (int d = 0; d < Layout.Dimensions; d++)
        {
            record[Layout.Lengths + d] = outer[d].Length;
            record[Layout.InputStrides + d] = outer[d].Strides[Source];
            record[Layout.OutputStrides + d] = outer[d].Strides[Target];
        }

        record.SetUnits(outer[0].Length, count);
    }

    /// <summary>Tells whether two tensors hold the same real number for the same element, or none at all.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">Another one of the same type.</param>
    /// <returns>True where elements of the one can become those of the other.</returns>
    public static bool HaveSameScale(GraphTensor a, GraphTensor b)
    {
        bool means = a.Type is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16;
        if (!means || (a.Quantization is null && b.Quantization is null)) return true;
        return a.Quantization is not null && a.Quantization.IsSameAs(b.Quantization);
    }
}
