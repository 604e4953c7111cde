using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>The largest or smallest element over a set of dimensions, which the output has with one element or not at all.</summary>
/// <param name="input">Input, int8 or truth values.</param>
/// <param name="axes">The dimensions, in any order, none twice.</param>
/// <param name="output">Output, with the quantization of the input.</param>
/// <param name="largest">True for REDUCE_MAX and REDUCE_ANY, false for REDUCE_MIN and REDUCE_ALL.</param>
/// <remarks>
/// Neighbouring dimensions are the window of a maximum pool over an image of one column. The smallest number is the complement of the largest
/// complement: ~x = -1 - x turns the order of all int8 numbers around and loses none. Of truth values, 0 and 1, the largest says whether any
/// is true, and the smallest whether all are.
/// </remarks>
public sealed class ReduceExtremum(GraphTensor input, int[] axes, GraphTensor output, bool largest) : Operator([input], [output])
{
    /// <summary>Longest side of an image, which the device's verifier demands.</summary>
    private const int Longest = 1 << 14;

    private static readonly sbyte[] Complements = [.. Enumerable.Range(0, 256).Select(i => (sbyte)(127 - i))];

    /// <inheritdoc/>
    public override string Name => (IsOfTruths, Largest) switch
    {
        (true, true) => "ReduceAny",
        (true, false) => "ReduceAll",
        (false, true) => "ReduceMax",
        (false, false) => "ReduceMin",
    };

    /// <summary>The dimensions.</summary>
    public IReadOnlyList<int> Axes { get; } = axes;

    /// <summary>True for the largest element.</summary>
    public bool Largest { get; } = largest;

    private bool IsOfTruths => Input.Type == ElementType.Bool;

    /// <inheritdoc/>
    public override void Check(ProblemList problems)
    {
        if (!(IsOfTruths ? problems.DemandType(this, "output", Output, ElementType.Bool) : Int8Operands.Check(this, problems))) return;
        if (!IsOfTruths) Int8Operands.CheckSameScale(this, problems);
        int[] x = Input.Shape;
        if (!problems.Demand(Input.Count > 0 && x.Length > 0, this, "its input is empty or has no dimensions")) return;
        bool axes = Axes.All(a => a >= 0 && a < x.Length) && Axes.Distinct().Count() == Axes.Count;
        if (!problems.Demand(axes, this, $"[{string.Join(',', Axes)}] is not a set of dimensions of a tensor of {x.Length}")) return;
        bool shape = Output.Shape.SequenceEqual(x.Select((n, d) => Axes.Contains(d) ? 1 : n)) || Output.Shape.SequenceEqual(x.Where((_, d) => !Axes.Contains(d)));
        problems.Demand(shape, this, $"the output shape [{string.Join(',', Output.Shape)}] does not follow from [{string.Join(',', x)}] over [{string.Join(',', Axes)}]");
        problems.Demand(Steps().All(s => s.Outer <= Longest && s.Length <= Longest), this, $"dimensions of more than {Longest} elements are not supported", "Reshape the input first");
    }

    /// <inheritdoc/>
    public override void Pack(Packer packer)
    {
        List<(int Outer, int Length, int Inner)> steps = Steps();
        if (steps.Count == 0)
        {
            WholeCopy.Pack(packer, Input, Output);
            return;
        }

        GraphTensor current = Input;
        if (!Largest) Complement(packer, current, current = Between(Input.Shape));
        for (int i = 0; i < steps.Count; i++)
        {
            (int outer, int length, int inner) = steps[i];
            GraphTensor next = Largest && i == steps.Count - 1 ? Output : Between([outer * inner]);
            new MaxPool2D(View(current, [outer, length, 1, inner]), View(next, [outer, 1, 1, inner]), length, 1, new Window2D(length), FusedActivation.None).Pack(packer);
            current = next;
        }

        if (!Largest) Complement(packer, current, Output);
    }

    private static void Complement(Packer packer, GraphTensor source, GraphTensor target) => LookupOperator.Pack(packer, source, target, Complements);

    /// <summary>The groups of neighbouring dimensions that are reduced, the fastest first; each leaves fewer elements to the next.</summary>
    private List<(int Outer, int Length, int Inner)> Steps()
    {
        List<(int, int, int)> steps = [];
        int inner = 1, length = 1;
        int outer = Input.Count;
        for (int d = Input.Shape.Length - 1; d >= 0; d--)
        {
            outer /= Input.Shape[d];
            if (Axes.Contains(d)) length *= Input.Shape[d];
            if (length > 1 && (d == 0 || !Axes.Contains(d - 1)))
            {
                steps.Add((outer, length, inner));
                length = 1;
            }

            if (!Axes.Contains(d)) inner *= Input.Shape[d];
        }

        return steps;
    }

    private GraphTensor Between(int[] shape) => new(Output.Name, Output.Type, shape) { Quantization = Output.Quantization };

    private static GraphTensor View(GraphTensor tensor, int[] shape)
    {
        GraphTensor view = new(tensor.Name, tensor.Type, shape) { Quantization = tensor.Quantization ?? new Quantization(1, 0) };
        view.MakeViewOf(tensor);
        return view;
    }
}
