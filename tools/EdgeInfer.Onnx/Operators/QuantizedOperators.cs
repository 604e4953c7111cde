using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx.Import;
using EdgeInfer.Onnx.Schema;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// QuantizeLinear and DequantizeLinear, and the QLinear operators, which are a float operator between them. The graph stays float; its
/// tensors carry the quantization.
/// </summary>
internal static class QuantizedOperators
{
    /// <summary>Imports QuantizeLinear: input, scale, zero point.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportQuantize(OnnxNode node)
    {
        OnnxActivation value = node.Activation(0);
        int type = node.HasInput(2) ? node.Constant(2).Type : node.Int("output_dtype", OnnxType.UInt8);
        Quantization quantization = Read(node, type, value.Rank);
        if (quantization.Bits == 4) throw node.Refuse($"an activation of {OnnxType.NameOf(type)} is not supported; only weights may have 4 bits", "Quantize activations to int8, uint8, int16 or uint16");
        if (quantization.IsPerChannel) throw node.Refuse("an activation with a scale a channel is not supported; only weights may have one", "Quantize activations with one scale a tensor");

        GraphTensor tensor = value.Tensor;
        if (tensor.Quantization is not null && !tensor.Quantization.IsSameAs(quantization))
        {
            tensor = node.Builder.NewTensor($"{node.OutputName()}", tensor.Shape);
            node.Add(new Converter.Operators.Reshape(value.Tensor, tensor));
        }

        tensor.Quantization = quantization;
        node.Return(new OnnxValue(null, value.With(tensor), quantization) { QuantizedType = type });
    }

    /// <summary>Imports DequantizeLinear: input, scale, zero point; attribute axis.</summary>
    /// <param name="node">The operator.</param>
    public static void ImportDequantize(OnnxNode node)
    {
        OnnxValue value = node.Input(0);
        if (value.Constant is { } constant)
        {
            node.Return(Dequantized(node, constant));
            return;
        }

        OnnxActivation activation = value.Activation!;
        int type = node.HasInput(2) ? node.Constant(2).Type : value.IntegerType == 0 ? OnnxType.UInt8 : value.IntegerType;
        Quantization quantization = Read(node, type, activation.Rank);
        if (value.IntegerType != 0) activation.Tensor.Quantization = quantization;
        else if (value.Quantization is null) throw node.Refuse("its input is not quantized", code: ErrorCode.Quantization);
        else if (!value.Quantization.IsSameAs(quantization)) throw node.Refuse("its scale or zero point is not that with which its input was quantized", "Quantize and dequantize with the same scale", ErrorCode.Quantization);
        node.Return(activation);
    }

    /// <summary>Makes the rule of an operator that is a float operator on quantized tensors.</summary>
    /// <param name="type">The float operator.</param>
    /// <param name="operands">Positions of the quantized operands; scale and zero point follow each.</param>
    /// <param name="result">Position of the scale of the result, which its zero point follows.</param>
    /// <param name="bias">Position of the bias, 32-bit integers of the product of both scales; -1 for none.</param>
    /// <param name="weightAxis">Dimension of the second operand that counts its scales, where it has several.</param>
    /// <returns>The rule.</returns>
    public static Action<OnnxNode> Expand(string type, int[] operands, int result, int bias = -1, int weightAxis = 0) => node =>
    {
        NodeProto inner = new() { OpType = type };
        inner.Attribute.AddRange(node.Attributes.Where(a => a.Name != "channels_last" || a.I != 0));
        string name = node.OutputName();
        foreach (int operand in operands)
        {
            string real = $"{name} operand {operand}";
            node.Run("DequantizeLinear", [node.InputName(operand), node.InputName(operand + 1), node.InputName(operand + 2)], real, operand == operands[0] ? -1 : weightAxis);
            inner.Input.Add(real);
        }

        if (bias >= 0 && node.HasInput(bias))
        {
            OnnxConstant inputs = node.Constant(operands[0] + 1), weights = node.Constant(operands[1] + 1), integers = node.Constant(bias);
            if (inputs.Values.Length == 0 || weights.Values.Length == 0) throw node.Refuse("a scale of its operands has no elements", code: ErrorCode.Quantization);

            double input = inputs.Values[0];
            double[] values = [.. integers.Values.Select((v, i) => v * input * weights.Values[weights.Values.Length == 1 ? 0 : i % weights.Values.Length])];
            string real = $"{name} operand {bias}";
            node.Builder.Define(real, new OnnxValue(new OnnxConstant(OnnxType.Float, integers.Shape, values), null));
            inner.Input.Add(real);
        }

        inner.Output.Add($"{name} real");
        node.Run(inner);
        node.Run("QuantizeLinear", [$"{name} real", node.InputName(result), node.InputName(result + 1)], name);
    };

    private static OnnxConstant Dequantized(OnnxNode node, OnnxConstant constant)
    {
        Quantization q = Read(node, constant.Type, constant.Shape.Length);
        int shift = Shift(constant.Type), inner = q.IsPerChannel ? Shapes.Product(constant.Shape.Skip(q.Axis + 1)) : 1;
        if (q.IsPerChannel && constant.Shape[q.Axis] != q.Scales.Length) throw node.Refuse($"{q.Scales.Length} scales do not fit dimension {q.Axis} of [{string.Join(',', constant.Shape)}]", code: ErrorCode.Quantization);
        double[] values = new double[constant.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int c = q.IsPerChannel ? i / inner % q.Scales.Length : 0;
            values[i] = (constant.Values[i] - shift - q.ZeroPoints[c]) * q.Scales[c];
        }

        return new OnnxConstant(OnnxType.Float, constant.Shape, values) { Quantization = constant.Type == OnnxType.Int32 ? null : q };
    }

    /// <summary>Scale and zero point, as of signed integers: unsigned ones are 128 less here, of 16 bits 32768, of 4 bits 8 less, which changes nothing but where zero is.</summary>
    private static Quantization Read(OnnxNode node, int type, int rank)
    {
        bool isBias = type == OnnxType.Int32;
        if (!isBias && BitsOf(type) == 0) throw node.Refuse($"quantization to {OnnxType.NameOf(type)} is not supported", "Quantize to int8, uint8, int16 or uint16", ErrorCode.Quantization);
        float[] scales = node.Constant(1).Floats;
        int[] points = node.HasInput(2) ? node.Constant(2).Ints : [];
        if (node.Int("block_size") != 0) throw node.Refuse("blocks of scales are not supported", "Quantize with a scale a tensor or a channel", ErrorCode.Quantization);
        if (scales.Length == 0 || Array.Exists(scales, s => !float.IsNormal(s) || s < 0) || (points.Length != 0 && points.Length != scales.Length)) throw node.Refuse("its scales or zero points are not possible", code: ErrorCode.Quantization);

        (int min, int max) = OnnxType.RangeOf(type)!.Value;
        if (Array.Exists(points, p => p < min || p > max)) throw node.Refuse($"a zero point is not in {min} to {max}", code: ErrorCode.Quantization);
        if (BitsOf(type) == 16 && (points.Length == 0 ? Shift(type) != 0 : Array.Exists(points, p => p != Shift(type))))
        {
            throw node.Refuse($"16-bit numbers have the zero point {Shift(type)} where they are {OnnxType.NameOf(type)}, not {(points.Length == 0 ? 0 : points[0])}", "Quantize 16-bit activations symmetrically (ActivationSymmetric in ONNX Runtime's quantizer)", ErrorCode.Quantization);
        }

        int axis = scales.Length > 1 ? node.Axis(node.Int("axis", 1), rank) : 0, shift = Shift(type);
        return new Quantization(scales, [.. scales.Select((_, i) => (points.Length == 0 ? 0 : points[i]) - shift)], axis) { Bits = isBias ? 8 : BitsOf(type) };
    }

    private static int BitsOf(int type) => type switch
    {
        OnnxType.Int4 or OnnxType.UInt4 => 4,
        OnnxType.Int8 or OnnxType.UInt8 => 8,
        OnnxType.Int16 or OnnxType.UInt16 => 16,
        _ => 0,
    };

    private static int Shift(int type) => type switch
    {
        OnnxType.UInt4 => 8,
        OnnxType.UInt8 => 128,
        OnnxType.UInt16 => 1 << 15,
        _ => 0,
    };
}
