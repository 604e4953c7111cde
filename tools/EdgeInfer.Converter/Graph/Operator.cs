using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Graph;

/// <summary>
/// A step of the graph. A derived class holds its options, knows its shape rule and turns itself into records of
/// the blob; it knows nothing of the file that it was read from.
/// </summary>
/// <param name="inputs">Operands in the order of the operator; null where an optional one is absent.</param>
/// <param name="outputs">Results.</param>
public abstract class Operator(GraphTensor?[] inputs, GraphTensor[] outputs)
{
    /// <summary>Name as the blob and the messages use it, such as <c>Conv2D</c>.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Where the operator stands in the source model, such as <c>CONV_2D (operator 3)</c>.</summary>
    public string Label { get; set; } = string.Empty;

    /// <summary>Operands; null where an optional one is absent.</summary>
    public GraphTensor?[] Inputs { get; private set; } = inputs;

    /// <summary>Results.</summary>
    public GraphTensor[] Outputs { get; private set; } = outputs;

    /// <summary>The first operand.</summary>
    public GraphTensor Input => Inputs[0]!;

    /// <summary>The first result.</summary>
    public GraphTensor Output => Outputs[0];

    /// <summary>Multiply-accumulates that the operator stands for.</summary>
    public virtual long Macs => 0;

    /// <summary>
    /// The shape and type rule: what the operator demands of its tensors. Everything that is not supported is refused here,
    /// so that packing cannot fail.
    /// </summary>
    /// <param name="problems">Receives what is wrong.</param>
    public abstract void Check(ProblemList problems);

    /// <summary>Makes the same operator for other tensors; its options stay as they are.</summary>
    /// <param name="inputs">Operands, as many as the operator has.</param>
    /// <param name="outputs">Results, as many as the operator has.</param>
    /// <returns>The new operator.</returns>
    public Operator With(GraphTensor?[] inputs, GraphTensor[] outputs)
    {
        Operator other = (Operator)MemberwiseClone();
        other.Inputs = inputs;
        other.Outputs = outputs;
        return other;
    }

    /// <summary>Writes the records that carry the operator out.</summary>
    /// <param name="packer">Receives records, constants and scratch.</param>
    public abstract void Pack(Packer packer);
}
