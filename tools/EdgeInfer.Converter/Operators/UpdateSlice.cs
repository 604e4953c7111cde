using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>A tensor of which a part has been replaced: two copies, or one where the part is the whole.</summary>
/// <param name="input">The tensor.</param>
/// <param name="part">The part, no longer than the tensor in any dimension.</param>
/// <param name="begin">The element at which the part begins; where it would not fit, it is moved until it does, as the reference has it.</param>
/// <param name="output">Output.</param>
/// <remarks>DYNAMIC_UPDATE_SLICE of tflite-micro (micro/kernels/dynamic_update_slice.cc).</remarks>
public sealed class UpdateSlice(GraphTensor input, GraphTensor part, int[] begin, GraphTensor output) : Operator([input, part], [output])
{
    /// <summary>The element at which the part begins, as the model has it.</summary>
    public IReadOnlyList<int> Begin { get; } = begin;

    private GraphTensor Part => Inputs[1]!;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!DataMovement.Check(this, problems)) return;
        int[] x = Input.Shape, part = Part.Shape;
        if (!problems.Demand(
            part.Length == x.Length && Begin.Count == x.Length && x.Zip(part).All(d => d.Second <= d.First),
            this,
            $"a part [{string.Join(',', part)}] from [{string.Join(',', Begin)}] on does not fit the input [{string.Join(',', x)}]")) return;
        problems.Demand(
            Output.Shape.SequenceEqual(x),
            this,
            $"the output shape [{string.Join(',', Output.Shape)}] does not follow from input [{string.Join(',', x)}]");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        int[] source = Dimension.DenseStrides(Part.Shape), target = Dimension.DenseStrides(Output.Shape);
        int start = target.Select((stride, d) => stride * Math.Clamp(Begin[d], 0, Output.Shape[d] - Part.Shape[d])).Sum();
        if (Part.Count < Output.Count) WholeCopy.Pack(packer, Input, Output);
        DataMovement.Copy(packer, Part, 0, Output, start, Part.Shape.Select((n, d) => new Dimension(n, source[d], target[d])));
    }
}
