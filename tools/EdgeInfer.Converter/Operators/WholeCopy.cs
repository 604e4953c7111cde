using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Operators;

/// <summary>Operators that give a tensor's elements another name: what they share.</summary>
internal static class WholeCopy
{
    /// <summary>Demands that source and target hold the same elements.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="source">What is copied.</param>
    /// <param name="target">What receives the copy.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Operator op, GraphTensor source, GraphTensor target, ProblemList problems)
    {
        problems.DemandType(op, "input", source, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Float32, ElementType.Bool);
        problems.Demand(
            source.Type == target.Type && source.Count == target.Count,
            op,
            $"{target.Type} [{string.Join(',', target.Shape)}] cannot take the elements of {source.Type} [{string.Join(',', source.Shape)}]");
    }

    /// <summary>Copies all elements; nothing where both lie in the same memory.</summary>
    /// <param name="packer">Receives the record.</param>
    /// <param name="source">What is copied.</param>
    /// <param name="target">What receives the copy.</param>
    public static void Pack(Packer packer, GraphTensor source, GraphTensor target) =>
        DataMovement.Copy(packer, source, 0, target, 0, [new(source.Count, 1, 1)]);
}
