using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>
/// The way back from <see cref="GraphQuantizer"/>: a graph of floats for a graph of integers, every tensor with the quantization that it had. As an
/// .onnx file in QDQ form it shows other programs a model that was quantized elsewhere.
/// </summary>
public static class GraphDequantizer
{
    /// <summary>Makes the graph of floats.</summary>
    /// <param name="source">A graph that computes in integers of 8 or 16 bits, inputs and outputs included; it stays as it is.</param>
    /// <returns>The graph of floats; names and operators are those of the source. Weights are exact, biases to 24 bits.</returns>
    /// <exception cref="ConversionException">A tensor or operator has no counterpart among floats; every reason is listed.</exception>
    public static ModelGraph Dequantize(ModelGraph source)
    {
        ProblemList problems = new();
        Dictionary<GraphTensor, GraphTensor> tensors = [];
        ModelGraph graph = new(source.Name);
        GraphTensor Real(GraphTensor tensor, Operator? op)
        {
            if (tensors.TryGetValue(tensor, out GraphTensor? known)) return known;

            bool isState = op is Svdf filter && tensor == filter.State;
            if (tensor is { Type: not (ElementType.Int8 or ElementType.Int4 or ElementType.Int16) } or { Quantization: null } || tensor.IsVariable != isState)
            {
                if (op is null) problems.Add($"tensor '{tensor.Name}'", $"it is {tensor.Type}, not a quantized int8 or int16", code: ErrorCode.ElementType);
                else problems.Add(op, $"its tensor '{tensor.Name}' is {tensor.Type}, or a state; only int8 and int16 ones have floats to stand for", code: ErrorCode.ElementType);
                return tensor;
            }

            GraphTensor real = tensor.IsConstant ? UniformQuantizer.ToFloats(tensor) : new GraphTensor(tensor.Name, ElementType.Float32, tensor.Shape) { IsVariable = isState };
            real.Quantization = tensor.Quantization! with { Bits = tensor.Type == ElementType.Int4 ? 4 : tensor.Type == ElementType.Int16 ? 16 : 8 };
            tensors.Add(tensor, real);
            return real;
        }

        graph.Inputs.AddRange(source.Inputs.Select(t => Real(t, null)));
        foreach (Operator op in source.Operators)
        {
            if (op is Svdf { State.Type: not ElementType.Int16 } or UnidirectionalSequenceLstm)
            {
                problems.Add(op, $"{op.Name} has states of integers, for which there are no floats to stand", code: ErrorCode.ElementType);
                continue;
            }

            // The bias of a weighted operator has the scales of its input and weights, that of an SVDF those of what its weights of time multiply; no other operand is 32 bits wide.
            GraphTensor? bias = op is Svdf svdf ? svdf.Bias : FloatGraph.WeightsOf(op) is null ? null : op.Inputs[2];
            (GraphTensor factor, GraphTensor weights) = op is Svdf remembers ? (remembers.State, remembers.WeightsTime) : (op.Input, op.Inputs.ElementAtOrDefault(1)!);
            GraphTensor?[] inputs = [.. op.Inputs.Select(t => t is null ? null : t == bias ? Bias(bias, factor, weights) : Real(t, op))];
            graph.Operators.Add(op.With(inputs, [.. op.Outputs.Select(t => Real(t, op))]));
        }

        graph.Outputs.AddRange(source.Outputs.Select(t => Real(t, null)));
        problems.ThrowIfAny(source.Name);
        return graph;
    }

    private static GraphTensor Bias(GraphTensor bias, GraphTensor input, GraphTensor weights)
    {
        long[] integers = bias.Type == ElementType.Int64 ? MemoryMarshal.Cast<byte, long>(bias.Data).ToArray() : Array.ConvertAll(bias.Int32s().ToArray(), v => (long)v);
        float[] scales = weights.Quantization!.Scales, values = new float[integers.Length];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(integers[i] * ((double)input.Quantization!.Scale * scales[scales.Length == 1 ? 0 : i % scales.Length]));
        return new GraphTensor(bias.Name, ElementType.Float32, bias.Shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }
}
