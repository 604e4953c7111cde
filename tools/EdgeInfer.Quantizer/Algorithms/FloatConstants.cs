using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Quantizer.Algorithms;

/// <summary>Constants of a graph of floats, replaced rather than changed: graphs of other trials may hold the same ones.</summary>
internal static class FloatConstants
{
    /// <summary>Replaces a constant operand of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="position">Position of the operand.</param>
    /// <param name="values">The new elements, as many as before.</param>
    /// <param name="quantization">The quantization that they shall have; null for one that follows from them.</param>
    public static void Replace(Operator op, int position, float[] values, Quantization? quantization = null)
    {
        GraphTensor old = op.Inputs[position]!;
        op.Inputs[position] = new GraphTensor(old.Name, ElementType.Float32, old.Shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), Quantization = quantization };
    }

    /// <summary>Where the bias of an operator with weights is: behind them, and an SVDF has two.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Its position among the operands.</returns>
    public static int BiasPosition(Operator op) => op is Svdf ? 3 : 2;

    /// <summary>The bias of an operator with weights; zeros where it has none.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="channels">Number of output channels.</param>
    /// <returns>One number an output channel.</returns>
    public static float[] Bias(Operator op, int channels) => op.Inputs[BiasPosition(op)] is { } bias ? bias.Floats().ToArray() : new float[channels];

    /// <summary>Sets the bias of an operator with weights.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="values">One number an output channel.</param>
    public static void SetBias(Operator op, float[] values) =>
        op.Inputs[BiasPosition(op)] = new GraphTensor(op.Inputs[BiasPosition(op)]?.Name ?? $"{op.Output.Name} bias", ElementType.Float32, [values.Length]) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
}
