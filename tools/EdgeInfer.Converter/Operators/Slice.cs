using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Every so many elements of a tensor, along every dimension from a first one on.</summary>
/// <param name="input">Input.</param>
/// <param name="begin">First index, one a dimension of the input.</param>
/// <param name="sizes">Number of elements, one a dimension.</param>
/// <param name="strides">Indexes from one element to the next, one a dimension; negative ones go backwards.</param>
/// <param name="output">Output; dimensions of one element may be left out or added.</param>
public sealed class Slice(GraphTensor input, int[] begin, int[] sizes, int[] strides, GraphTensor output)
    : Operator([input], [output])
{
    /// <summary>First index, one a dimension of the input.</summary>
    public IReadOnlyList<int> Begin { get; } = begin;

    /// <summary>Number of elements, one a dimension of the input.</summary>
    public IReadOnlyList<int> Sizes { get; } = sizes;

    /// <summary>Indexes from one element to the next, one a dimension of the input.</summary>
    public IReadOnlyList<int> Strides { get; } = strides;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems)) return;
        int rank = Input.Shape.Length;
        if (!problems.Demand(Begin.Count == rank && Sizes.Count == rank && Strides.Count == rank, this, $"its bounds are for {Begin.Count} dimensions, its input has {rank}")) return;
        for (int d = 0; d < rank; d++)
        {
            long last = Begin[d] + ((long)(Sizes[d] - 1) * Strides[d]);
            bool inside = Sizes[d] > 0 && Begin[d] >= 0 && Begin[d] < Input.Shape[d] && last >= 0 && last < Input.Shape[d];
            if (!problems.Demand(inside, this, $"{Sizes[d]} elements from {Begin[d]} on in steps of {Strides[d]} are not within the {Input.Shape[d]} of dimension {d}")) return;
        }

        problems.Demand(
            Output.Shape.Where(n => n != 1).SequenceEqual(Sizes.Where(n => n != 1)),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from the bounds, which leave [{string.Join(',', Sizes)}]");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] source = Dimension.DenseStrides(Input.Shape), target = Dimension.DenseStrides(Sizes);
        int start = source.Select((stride, d) => stride * Begin[d]).Sum();
        DataMovement.Copy(packer, Input, start, Output, 0, Sizes.Select((n, d) => new Dimension(n, source[d] * Strides[d], target[d])));
    }
}
