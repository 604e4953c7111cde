using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>
/// An operator whose every element is one of the input, each dimension for itself: output[i, j, ...] = input[a[i], b[j], ...].
/// The maps a, b, ... are known at conversion and become boxes that are copied.
/// </summary>
/// <param name="input">Input.</param>
/// <param name="output">Output.</param>
public abstract class Rearrangement(GraphTensor input, GraphTensor output) : Operator([input], [output])
{
    /// <summary>Boxes that an operator may be made of; each is a record of its own.</summary>
    private const int MostBoxes = 256;

    /// <summary>The input's shape as the maps see it: as many elements, with as many dimensions as there are maps.</summary>
    public virtual IReadOnlyList<int> SourceShape => Input.Shape;

    /// <summary>For every dimension of <see cref="SourceShape"/>, the index of the input that each index of the output takes.</summary>
    public IReadOnlyList<int[]> Maps => CreateMaps();

    /// <summary>For every dimension, the index of the input that each index of the output takes.</summary>
    /// <returns>One map a dimension of <see cref="SourceShape"/>.</returns>
    protected abstract int[][] CreateMaps();

    /// <summary>Demands the options and the output's shape, types being right.</summary>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where the maps can be made.</returns>
    protected abstract bool CheckShape(ProblemList problems);

    /// <inheritdoc/>
    public sealed override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems) || !CheckShape(problems)) return;

        long boxes = CreateMaps().Aggregate(1L, (product, map) => Math.Min(product * IndexMap.Walks(map).Count, int.MaxValue));
        problems.Demand(
            boxes <= MostBoxes,
            this,
            $"its elements lie so irregularly that {boxes} separate moves would be needed, supported are {MostBoxes}",
            "Choose sizes with a simpler ratio, or order the indexes");
    }

    /// <inheritdoc/>
    public sealed override void Pack(Packer packer)
    {
        int[][] maps = CreateMaps();
        int[] source = Dimension.DenseStrides(SourceShape), target = Dimension.DenseStrides([.. maps.Select(m => m.Length)]);
        List<IndexMap.Walk> boxes = [new(0, 0, [])];
        for (int d = 0; d < maps.Length; d++)
        {
            List<IndexMap.Walk> walks = IndexMap.Walks(maps[d]);
            boxes = [.. boxes.SelectMany(box => walks.Select(walk => new IndexMap.Walk(
                box.Source + (walk.Source * source[d]),
                box.Target + (walk.Target * target[d]),
                [.. box.Steps, .. walk.Steps.Select(step => new Dimension(step.Length, step.Strides[0] * source[d], step.Strides[1] * target[d]))])))];
        }

        foreach (IndexMap.Walk box in boxes) DataMovement.Copy(packer, Input, box.Source, Output, box.Target, box.Steps);
    }

    /// <summary>Demands the output's shape.</summary>
    /// <param name="expected">What follows from input and options.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where it is.</returns>
    protected bool CheckOutput(IEnumerable<int> expected, ProblemList problems)
    {
        int[] shape = [.. expected];
        return problems.Demand(
            Output.Shape.SequenceEqual(shape),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', Input.Shape)}], which makes [{string.Join(',', shape)}]");
    }
}
