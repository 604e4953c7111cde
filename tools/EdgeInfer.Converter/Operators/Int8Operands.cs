using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>The demand of all operators that compute with int8 activations: one scale and zero point a tensor.</summary>
internal static class Int8Operands
{
    /// <summary>Checks the type and quantization of all tensors of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where they can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems)
    {
        bool good = true;
        for (int i = 0; i < op.Inputs.Length; i++)
        {
            good &= Check(op, op.Inputs.Length == 1 ? "input" : $"input {i}", op.Inputs[i]!, problems);
        }

        return good & Check(op, "output", op.Output, problems);
    }

    private static bool Check(Operator op, string role, GraphTensor tensor, ProblemList problems) =>
        problems.DemandType(op, role, tensor, ElementType.Int8)
        && problems.Demand(!tensor.Quantization!.IsPerChannel, op, $"its {role} '{tensor.Name}' has a scale a channel; only weights may", "Quantize activations with one scale a tensor");
}
