using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Onnx.Export;

/// <summary>Tensors of the graph as values of the file, with their quantization where it is asked for.</summary>
/// <param name="writer">Receives constants and nodes.</param>
/// <param name="withQuantization">Whether tensors that carry a quantization are quantized and dequantized.</param>
internal sealed class OnnxTensors(OnnxModelWriter writer, bool withQuantization)
{
    private readonly Dictionary<GraphTensor, string> _constants = [];

    /// <summary>Name under which an operator, or the caller, provides a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The name; that of the tensor itself where nothing quantizes it.</returns>
    public string BeforeQuantization(GraphTensor tensor) =>
        IsQuantized(tensor) ? $"{writer.NameOf(tensor)} real" : writer.NameOf(tensor);

    /// <summary>Quantizes and dequantizes a tensor that has just been provided.</summary>
    /// <param name="tensor">The tensor.</param>
    public void Quantize(GraphTensor tensor)
    {
        if (!IsQuantized(tensor)) return;

        Round(BeforeQuantization(tensor), tensor.Quantization!, writer.NameOf(tensor));
    }

    /// <summary>Quantizes and dequantizes a value as a tensor is to be, where that carries a quantization.</summary>
    /// <param name="value">Name of the value.</param>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Name of the rounded value.</returns>
    public string Rounded(string value, GraphTensor tensor) => IsQuantized(tensor) ? Round(value, tensor.Quantization!, writer.Unique($"{value} rounded")) : value;

    /// <summary>Name under which an operator reads a tensor.</summary>
    /// <param name="tensor">The tensor, computed or constant.</param>
    /// <returns>The name.</returns>
    public string Read(GraphTensor tensor)
    {
        if (!tensor.IsConstant) return writer.NameOf(tensor);
        if (tensor.Type == ElementType.Bool) return writer.Constant(tensor.Name, OnnxType.Bool, tensor.Data, tensor.Shape);
        if (!_constants.TryGetValue(tensor, out string? name)) _constants.Add(tensor, name = Constant(tensor, tensor.Shape, tensor.Floats().ToArray(), tensor.Quantization?.Axis ?? 0));
        return name;
    }

    /// <summary>Adds weights in the order of ONNX.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="shape">Dimensions in the order of ONNX.</param>
    /// <param name="values">Elements in the order of ONNX.</param>
    /// <param name="axis">The dimension that counts the output channels.</param>
    /// <returns>The name under which they are read.</returns>
    public string Constant(GraphTensor weights, int[] shape, float[] values, int axis)
    {
        if (!IsQuantized(weights)) return writer.Floats(weights.Name, values, shape);

        Quantization quantization = weights.Quantization! with { Axis = axis };
        string wish = weights.Name;
        int inner = shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        short[] integers = new short[values.Length];
        int most = UniformQuantizer.LargestOf(quantization.Bits), least = -most - 1;
        for (int i = 0; i < values.Length; i++)
        {
            int channel = quantization.IsPerChannel ? i / inner % quantization.Scales.Length : 0;
            integers[i] = (short)Math.Clamp(MathF.Round(values[i] / quantization.Scales[channel]) + quantization.ZeroPoints[channel], least, most);
        }

        string stored = Integers($"{wish} int{(quantization.Bits == 16 ? 16 : 8)}", quantization, integers, shape);
        return writer.Node("DequantizeLinear", [stored, Scales(wish, quantization), ZeroPoints(wish, quantization)], writer.Unique(wish), OnnxModelWriter.Int("axis", axis));
    }

    /// <summary>
    /// Adds a bias: 32-bit integers whose scale is the product of those of input and weights, where both have one. Beside 16-bit activations, where the device's
    /// bias has 64 bits, it is left in floats.
    /// </summary>
    /// <param name="bias">The bias.</param>
    /// <param name="op">Its operator, whose weights are the second operand.</param>
    /// <returns>The name under which it is read.</returns>
    public string Bias(GraphTensor bias, Operator op) => WideForm.IsUsed(op) ? Read(bias) : Bias(bias, op.Input, op.Inputs[1]!);

    /// <summary>Adds a bias of products whose factors are not the first operands.</summary>
    /// <param name="bias">The bias.</param>
    /// <param name="input">What is multiplied.</param>
    /// <param name="weights">The weights that it is multiplied with.</param>
    /// <returns>The name under which it is read.</returns>
    public string Bias(GraphTensor bias, GraphTensor input, GraphTensor weights)
    {
        if (!IsQuantized(input) || !IsQuantized(weights)) return Read(bias);

        float[] values = bias.Floats().ToArray(), scales = [.. weights.Quantization!.Scales.Select(s => s * input.Quantization!.Scale)];
        int[] integers = [.. values.Select((v, i) => (int)Math.Clamp(Math.Round((double)v / scales[scales.Length == 1 ? 0 : i], MidpointRounding.AwayFromZero), int.MinValue, int.MaxValue))];
        string stored = writer.Constant($"{bias.Name} int32", OnnxType.Int32, MemoryMarshal.AsBytes(integers.AsSpan()), integers.Length);
        string scale = scales.Length == 1 ? writer.Floats($"{bias.Name} scale", scales) : writer.Floats($"{bias.Name} scale", scales, scales.Length);
        return writer.Node("DequantizeLinear", [stored, scale], writer.Unique(bias.Name), OnnxModelWriter.Int("axis", 0));
    }

    /// <remarks>
    /// Beside 16-bit numbers those of 8 bits are unsigned: ONNX Runtime makes them so on most processors anyway, and of QuantizeLinear as of opset 21 it does that wrong
    /// (output_dtype INT8 does not match y_zero_point type UINT8).
    /// </remarks>
    private string Round(string value, Quantization quantization, string result)
    {
        bool isUnsigned = writer.HasWideIntegers && quantization.Bits == 8;
        string zero = isUnsigned ? writer.Constant($"{result} zero point", OnnxType.UInt8, [(byte)(quantization.ZeroPoint - sbyte.MinValue)]) : ZeroPoints(result, quantization);
        string[] parameters = [Scales(result, quantization), zero];
        string integers = writer.Node("QuantizeLinear", [value, .. parameters], writer.Unique($"{result} {(isUnsigned ? "u" : string.Empty)}int{quantization.Bits}"));
        return writer.Node("DequantizeLinear", [integers, .. parameters], result);
    }

    private bool IsQuantized(GraphTensor tensor) => withQuantization && tensor.Quantization is not null;

    private string Scales(string wish, Quantization quantization) =>
        quantization.IsPerChannel
            ? writer.Floats($"{wish} scale", quantization.Scales, quantization.Scales.Length)
            : writer.Floats($"{wish} scale", quantization.Scales);

    private string ZeroPoints(string wish, Quantization quantization)
    {
        short[] points = Array.ConvertAll(quantization.ZeroPoints, z => (short)z);
        return quantization.IsPerChannel ? Integers($"{wish} zero point", quantization, points, points.Length) : Integers($"{wish} zero point", quantization, points);
    }

    private string Integers(string wish, Quantization quantization, short[] values, params int[] shape)
    {
        return quantization.Bits < 16
            ? writer.Constant(wish, OnnxType.Int8, Array.ConvertAll(values, v => (byte)(sbyte)v), shape)
            : writer.Constant(wish, OnnxType.Int16, MemoryMarshal.AsBytes(values.AsSpan()), shape);
    }
}
