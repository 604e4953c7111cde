using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Passes;

/// <summary>
/// Lets a convolution or matrix product of floats take over the factor and offset of every channel that follow it: batch normalization, a bias
/// that an exporter wrote as an addition, a scale. With y = a * (w * x + b) + c the weights become a * w and the bias a * b + c.
/// </summary>
internal static class AffineFolding
{
    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <returns>True where something was folded.</returns>
    public static bool Run(ModelGraph graph)
    {
        bool changed = false;
        foreach (Operator op in graph.Operators.ToArray())
        {
            if (op.Output.Type != ElementType.Float32 || AffineOf(op) is not { } affine) continue;
            GraphTensor between = affine.Input;
            if (graph.OnlyReaderOf(between) != op || graph.WriterOf(between) is not { } writer) continue;
            if (writer is not (Conv2D or DepthwiseConv2D or FullyConnected or TransposeConv) || writer is not IFusesActivation { Activation: FusedActivation.None } target) continue;
            if (!writer.Inputs[1]!.IsConstant || writer.Inputs[2] is { IsConstant: false } || between.Quantization is not null || writer.Inputs[1] is { Quantization: not null } or { IsShared: true }) continue;

            Fold(writer, affine);
            target.Activation = affine.Activation;
            writer.Outputs[0] = op.Output;
            graph.Operators.Remove(op);
            changed = true;
        }

        return changed;
    }

    private static void Fold(Operator writer, Affine affine)
    {
        GraphTensor weights = writer.Inputs[1]!;
        int channels = affine.Factors.Length;
        bool isInnermost = writer is DepthwiseConv2D;
        float[] scaled = weights.Floats().ToArray();
        int filter = scaled.Length / channels;
        for (int i = 0; i < scaled.Length; i++) scaled[i] *= affine.Factors[isInnermost ? i % channels : i / filter];

        float[] bias = writer.Inputs[2] is { } known ? known.Floats().ToArray() : new float[channels];
        for (int c = 0; c < channels; c++) bias[c] = (bias[c] * affine.Factors[c]) + affine.Offsets[c];

        writer.Inputs[1] = new GraphTensor(weights.Name, ElementType.Float32, weights.Shape) { Data = Bytes(scaled) };
        writer.Inputs[2] = new GraphTensor(writer.Inputs[2]?.Name ?? $"{weights.Name} bias", ElementType.Float32, [channels]) { Data = Bytes(bias) };
    }

    /// <summary>What an operator is where it only multiplies every channel with a constant and adds one.</summary>
    private static Affine? AffineOf(Operator op)
    {
        if (op.Output.Shape.Length == 0) return null;
        int channels = op.Output.Shape[^1];
        switch (op)
        {
            case DepthwiseConv2D { DepthMultiplier: 1 } depthwise:
                bool isPlain = depthwise.Weights.Count == channels && depthwise.Window == new Window2D() && depthwise.Weights is { IsConstant: true, Quantization: null };
                return isPlain ? new(op.Input, depthwise.Weights.Floats().ToArray(), depthwise.Bias is { } b ? b.Floats().ToArray() : new float[channels], depthwise.Activation) : null;
            case Add add:
                return Constant(op, 1, channels) is { } sum ? new(op.Input, Ones(channels), sum, add.Activation)
                    : Constant(op, 0, channels) is { } other ? new(op.Inputs[1]!, Ones(channels), other, add.Activation) : null;
            case Sub sub:
                return Constant(op, 1, channels) is { } difference ? new(op.Input, Ones(channels), Array.ConvertAll(difference, v => -v), sub.Activation) : null;
            case Mul mul:
                return Constant(op, 1, channels) is { } factor ? new(op.Input, factor, new float[channels], mul.Activation)
                    : Constant(op, 0, channels) is { } first ? new(op.Inputs[1]!, first, new float[channels], mul.Activation) : null;
            default:
                return null;
        }
    }

    /// <summary>An operand that is one number a channel or one for all, the other one being as large as the result.</summary>
    private static float[]? Constant(Operator op, int position, int channels)
    {
        GraphTensor operand = op.Inputs[position]!, other = op.Inputs[1 - position]!;
        if (!operand.IsConstant || other.IsConstant || !other.Shape.SequenceEqual(op.Output.Shape)) return null;
        if (operand.Count != 1 && (operand.Count != channels || operand.Shape[^1] != channels)) return null;

        ReadOnlySpan<float> values = operand.Floats();
        float[] result = new float[channels];
        for (int c = 0; c < channels; c++) result[c] = values[values.Length == 1 ? 0 : c];
        return result;
    }

    private static float[] Ones(int channels) => [.. Enumerable.Repeat(1f, channels)];

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private sealed record Affine(GraphTensor Input, float[] Factors, float[] Offsets, FusedActivation Activation);
}
