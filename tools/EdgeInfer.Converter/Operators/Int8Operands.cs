using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>The demand of all operators that compute with int8 activations: one scale and zero point a tensor.</summary>
internal static class Int8Operands
{
    /// <summary>Checks the type and quantization of all tensors of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where they can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems) => CheckInputs(op, problems) & Check(op, "output", op.Output, problems);

    /// <summary>Checks the type and quantization of all inputs of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where they can be looked at.</returns>
    public static bool CheckInputs(Operator op, ProblemList problems)
    {
        bool good = true;
        for (int i = 0; i < op.Inputs.Length; i++)
        {
            good &= Check(op, op.Inputs.Length == 1 ? "input" : $"input {i}", op.Inputs[i]!, problems);
        }

        return good;
    }

    /// <summary>Checks the type and quantization of one tensor.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="role">What the tensor is to the operator.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where it can be looked at.</returns>
    public static bool Check(Operator op, string role, GraphTensor tensor, ProblemList problems) =>
        problems.DemandType(op, role, tensor, ElementType.Int8)
        && problems.Demand(!tensor.Quantization!.IsPerChannel, op, $"its {role} '{tensor.Name}' has a scale a channel; only weights may", "Quantize activations with one scale a tensor", ErrorCode.Quantization);

    /// <summary>Demands that both operands, and the output, stand for the same real number by the same integer.</summary>
    /// <param name="op">The operator, whose types have been checked.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckSameScale(Operator op, ProblemList problems)
    {
        foreach (GraphTensor input in op.Inputs.Take(2).OfType<GraphTensor>())
        {
            problems.Demand(
                input.Quantization!.IsSameAs(op.Output.Quantization),
                op,
                $"'{input.Name}' and '{op.Output.Name}' have different scales or zero points, though the operator only chooses elements",
                "Quantize the model so that both share them, as the TFLite converter does",
                ErrorCode.Quantization);
        }
    }
}
