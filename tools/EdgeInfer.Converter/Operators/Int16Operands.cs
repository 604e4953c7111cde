using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Operators;

/// <summary>The demand of all operators that compute with int16 activations: one scale a tensor, and zero points of 0.</summary>
internal static class Int16Operands
{
    /// <summary>Tells by its first input whether an operator computes with 16 bits.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True for int16.</returns>
    public static bool AreOf(Operator op) => op.Input.Type == ElementType.Int16;

    /// <summary>Checks the type and quantization of all tensors of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where they can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems)
    {
        bool good = Check(op, "output", op.Output, problems);
        for (int i = 0; i < op.Inputs.Length; i++) good &= Check(op, op.Inputs.Length == 1 ? "input" : $"input {i}", op.Inputs[i]!, problems);
        return good;
    }

    /// <summary>Checks the type and quantization of one tensor.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="role">What the tensor is to the operator.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where it can be looked at.</returns>
    public static bool Check(Operator op, string role, GraphTensor tensor, ProblemList problems) =>
        problems.DemandType(op, role, tensor, ElementType.Int16)
        && problems.Demand(
            !tensor.Quantization!.IsPerChannel && tensor.Quantization.ZeroPoint == 0,
            op,
            $"its {role} '{tensor.Name}' of 16 bits has a zero point other than 0, or a scale a channel",
            "Quantize the model with the TFLite converter, which quantizes such activations with one scale and no zero point",
            ErrorCode.Quantization);

    /// <summary>Checks all tensors of an operator that makes of every element one of the output.</summary>
    /// <param name="op">The operator, with one input.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where scales can be looked at.</returns>
    public static bool CheckUnary(Operator op, ProblemList problems) =>
        Check(op, problems) && UnaryOperator.Check(op, problems, [ElementType.Int16], [ElementType.Int16]);

    /// <summary>Demands a ratio by which 16-bit numbers stay within 32 bits, as the reference computes it.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="ratio">The ratio, not negative.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckRatio(Operator op, double ratio, ProblemList problems) =>
        problems.Demand(ratio < 1 << 15, op, $"the ratio {ratio} of its scales is out of range");
}
