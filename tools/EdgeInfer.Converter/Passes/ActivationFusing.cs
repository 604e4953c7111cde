using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Lets an operator clamp its own output where a RELU or one of its kin follows it. Between equal quantizations the activation
/// is a plain clamp of integers, as it is between floats, and clamping twice is clamping once to the narrower range.
/// </summary>
internal static class ActivationFusing
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <returns>True where something was fused.</returns>
    public static bool Run(ModelGraph graph)
    {
        bool changed = false;
        foreach (Relu relu in graph.Operators.OfType<Relu>().ToArray())
        {
            GraphTensor between = relu.Input;
            bool isClamp = between.Type == relu.Output.Type && (between.Type == ElementType.Float32 || between.Quantization?.IsSameAs(relu.Output.Quantization) == true);
            if (!isClamp || graph.OnlyReaderOf(between) != relu) continue;
            if (graph.WriterOf(between) is not { } writer || writer is not IFusesActivation fusing) continue;
            if (Combine(fusing.Activation, relu.Kind, between) is not { } activation) continue;

            fusing.Activation = activation;
            writer.Outputs[Array.IndexOf(writer.Outputs, between)] = relu.Output;
            graph.Operators.Remove(relu);
            changed = true;
        }

        return changed;
    }

    /// <summary>The one activation that does what two do one after the other, or null where no single one does.</summary>
    private static FusedActivation? Combine(FusedActivation first, FusedActivation second, GraphTensor tensor)
    {
        (float firstMin, float firstMax) = RangeOf(first, tensor);
        (float secondMin, float secondMax) = RangeOf(second, tensor);
        (float Min, float Max) both = (Math.Max(firstMin, secondMin), Math.Min(firstMax, secondMax));
        FusedActivation[] candidates = [first, second];
        foreach (FusedActivation candidate in candidates)
        {
            if (RangeOf(candidate, tensor) == both) return candidate;
        }

        return null;
    }

    private static (float Min, float Max) RangeOf(FusedActivation activation, GraphTensor tensor) =>
        tensor.Type == ElementType.Float32 ? ActivationRange.LimitsOf(activation) : ActivationRange.Of(activation, tensor);
}
