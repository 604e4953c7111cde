using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Lets an operator clamp its own output where a RELU or one of its kin follows it. Between equal quantizations the activation
/// is a plain clamp of integers, and clamping twice is clamping once to the narrower range.
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
            bool isClamp = between.Type == relu.Output.Type && between.Quantization?.IsSameAs(relu.Output.Quantization) == true;
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
        (int firstMin, int firstMax) = ActivationRange.Of(first, tensor);
        (int secondMin, int secondMax) = ActivationRange.Of(second, tensor);
        (int Min, int Max) both = (Math.Max(firstMin, secondMin), Math.Min(firstMax, secondMax));
        FusedActivation[] candidates = [first, second];
        foreach (FusedActivation candidate in candidates)
        {
            if (ActivationRange.Of(candidate, tensor) == both) return candidate;
        }

        return null;
    }
}
