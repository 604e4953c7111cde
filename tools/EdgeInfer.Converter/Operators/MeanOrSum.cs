using System.Numerics;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;
using Layout = EdgeInfer.Kernels.Mean;

namespace EdgeInfer.Converter.Operators;

/// <summary>What mean and sum over a set of dimensions share, which the output has with one element or not at all.</summary>
/// <param name="input">Input.</param>
/// <param name="axes">The dimensions, in any order, none twice.</param>
/// <param name="output">Output.</param>
/// <remarks>QuantizedMeanOrSum of TensorFlow Lite (kernels/internal/reference/reduce): the division by the number of elements is part of the multiplier.</remarks>
public abstract class MeanOrSum(GraphTensor input, int[] axes, GraphTensor output)
    : Operator([input], [output])
{
    /// <summary>Elements of an output up to which sums fit into 32 bits: 255 * 2^23 is less than 2^31.</summary>
    private const int LargestCount = 1 << 23;

    /// <summary>Exponent of the scale ratio up to which a scaled sum fits into 32 bits, as the reference computes it: 255 * 2 * 2^22 is less than 2^31.</summary>
    private const int LargestExponent = 22;

    /// <summary>The same of 16-bit elements: 2^15 * 65535, and 2^15 * 2 * 2 * 2^14.</summary>
    private const int LargestWideCount = ushort.MaxValue, LargestWideExponent = 14;

    /// <summary>Elements that a unit goes through, where the shapes allow it.</summary>
    private const int LargestUnit = 2048;

    /// <summary>The dimensions.</summary>
    public IReadOnlyList<int> Axes { get; } = axes;

    /// <summary>True for the mean, whose multiplier divides.</summary>
    protected abstract bool Divides { get; }

    private int ElementsPerOutput => Axes.Aggregate(1, (product, axis) => product * Input.Shape[axis]);

    private string Verb => Divides ? "mean" : "sum";

    private double Factor => (double)Input.Quantization!.Scale / Output.Quantization!.Scale;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        bool wide = Int16Operands.AreOf(this);
        if (!(wide ? Int16Operands.Check(this, problems) : Int8Operands.Check(this, problems))) return;
        int rank = Input.Shape.Length;
        bool axes = Axes.All(a => a >= 0 && a < rank) && Axes.Distinct().Count() == Axes.Count;
        if (!problems.Demand(axes, this, $"[{string.Join(',', Axes)}] is not a set of dimensions of a tensor of {rank}")) return;
        bool shape = Output.Shape.SequenceEqual(Input.Shape.Select((n, d) => Axes.Contains(d) ? 1 : n))
            || Output.Shape.SequenceEqual(Input.Shape.Where((_, d) => !Axes.Contains(d)));
        problems.Demand(shape, this, $"the output shape [{string.Join(',', Output.Shape)}] does not follow from the {Verb} of [{string.Join(',', Input.Shape)}] over [{string.Join(',', Axes)}]");
        problems.Demand(
            Walk(kept: true).Count <= Layout.Dimensions && Walk(kept: false).Count <= Layout.Dimensions,
            this,
            $"a {Verb} over more than {Layout.Dimensions} separate groups of dimensions is not supported",
            "Transpose the input first");
        int largestCount = wide ? LargestWideCount : LargestCount;
        problems.Demand(ElementsPerOutput <= largestCount, this, $"a {Verb} of more than {largestCount} elements is not supported");
        problems.Demand(
            Factor * (Divides ? 1 : ElementsPerOutput) < 1 << (wide ? LargestWideExponent : LargestExponent),
            this,
            $"the scale {Output.Quantization!.Scale} of its output is too small for an input of {Input.Quantization!.Scale}",
            "Calibrate the model with representative data");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int count = ElementsPerOutput;
        QuantizedMultiplier factor = QuantizedMultiplier.FromReal(Factor);
        if (Divides) factor = Divided(factor, count);
        List<Dimension> kept = Walk(kept: true), summed = Walk(kept: false);
        if (kept.Count is > 0 and < Layout.Dimensions) Dimension.Split(kept, kept.Count - 1, Math.Max(1, LargestUnit / count), 1);
        Dimension.Fill(kept, Layout.Dimensions, 0);
        Dimension.Fill(summed, Layout.Dimensions, 1);

        PackedRecord record = packer.Add(Int16Operands.AreOf(this) ? OperatorCode.MeanInt16 : OperatorCode.Mean, Layout.Words, Output);
        record.SetOperand(Layout.Input, Input);
        for (int d = 0; d < Layout.Dimensions; d++)
        {
            record[Layout.KeptLengths + d] = kept[d].Length;
            record[Layout.KeptStrides + d] = kept[d].Strides[0];
            record[Layout.SummedLengths + d] = summed[d].Length;
            record[Layout.SummedStrides + d] = summed[d].Strides[0];
        }

        record[Layout.Offset] = Input.Quantization!.ZeroPoint * count;
        record[Layout.Multiplier] = factor.Multiplier;
        record[Layout.Shift] = factor.Shift;
        record[Layout.OutputZeroPoint] = Output.Quantization!.ZeroPoint;
        record.SetUnits(kept[0].Length * kept[1].Length, Input.Count);
    }

    /// <summary>Divides by a count, keeping as many bits of the quotient as the exponent allows.</summary>
    private static QuantizedMultiplier Divided(QuantizedMultiplier factor, int count)
    {
        int shift = Math.Min(BitOperations.Log2((uint)count), 31 + factor.Exponent);
        return new QuantizedMultiplier((int)(((long)factor.Multiplier << shift) / count), factor.Exponent - shift);
    }

    private List<Dimension> Walk(bool kept)
    {
        int[] strides = Dimension.DenseStrides(Input.Shape);
        return Dimension.Collapse(Enumerable.Range(0, strides.Length).Where(d => Axes.Contains(d) != kept).Select(d => new Dimension(Input.Shape[d], strides[d])));
    }
}
