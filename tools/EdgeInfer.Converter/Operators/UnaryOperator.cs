using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Converter.Operators;

/// <summary>What operators that turn every element into one of the output's demand alike.</summary>
internal static class UnaryOperator
{
    /// <summary>Demands types, one quantization a tensor, and as many outputs as inputs, at least one.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="inputs">Element types of the input.</param>
    /// <param name="outputs">Element types of the output.</param>
    /// <returns>True where scales and zero points can be looked at.</returns>
    public static bool Check(Operator op, ProblemList problems, ElementType[] inputs, ElementType[] outputs) =>
        CheckTypes(op, problems, inputs, outputs)
        & problems.Demand(op.Input.Count > 0, op, "its input is empty")
        & problems.Demand(
            op.Input.Shape.SequenceEqual(op.Output.Shape),
            op,
            $"the output shape [{string.Join(',', op.Output.Shape)}] does not follow from input [{string.Join(',', op.Input.Shape)}]");

    /// <summary>Demands types, and one quantization a tensor.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="inputs">Element types of the input.</param>
    /// <param name="outputs">Element types of the output.</param>
    /// <returns>True where scales and zero points can be looked at.</returns>
    public static bool CheckTypes(Operator op, ProblemList problems, ElementType[] inputs, ElementType[] outputs) =>
        problems.DemandType(op, "input", op.Input, inputs)
        & problems.DemandType(op, "output", op.Output, outputs)
        & problems.Demand(
            op.Input.Quantization is not { IsPerChannel: true } && op.Output.Quantization is not { IsPerChannel: true },
            op,
            "its input or output has a scale of its own for every channel; supported is one for the whole tensor");

    /// <summary>Demands that the ratio of two scales can be a multiplier.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="ratio">The ratio.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>True where it can.</returns>
    public static bool CheckRatio(Operator op, double ratio, ProblemList problems) =>
        problems.Demand(QuantizedMultiplier.CanHold(ratio), op, $"the ratio {ratio} of its scales is out of range");

    /// <summary>Demands the one output quantization that the formula of a function has built in.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="zeroPoint">The zero point.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckFixedOutput(Operator op, float scale, int zeroPoint, ProblemList problems)
    {
        Quantization output = op.Output.Quantization!;
        problems.Demand(
            MathF.Abs(output.Scale - scale) <= 0.001f * scale && output.ZeroPoint == zeroPoint,
            op,
            $"its output '{op.Output.Name}' has scale {output.Scale} and zero point {output.ZeroPoint}, supported is scale 1/{1 / scale} and zero point {zeroPoint}",
            "Quantize the model with the TFLite converter, which sets them so",
            ErrorCode.Quantization);
    }

    /// <summary>Demands a scale that records can carry where floats become integers and back.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="tensor">The quantized tensor.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckEdgeScale(Operator op, GraphTensor tensor, ProblemList problems) =>
        problems.Demand(
            DyadicScale.TryCreate(tensor.Quantization!.Scale, out _),
            op,
            $"the scale {tensor.Quantization.Scale} of '{tensor.Name}' is not in 2^-37 to 2^24");
}
