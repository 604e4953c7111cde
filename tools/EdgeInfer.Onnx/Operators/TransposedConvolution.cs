using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// ConvTranspose in one and two dimensions: input, weights IOHW, bias; attributes strides, pads, dilations, output_padding, output_shape, auto_pad, group.
/// Dilated filters, and those of groups, become dense ones with zeros.
/// </summary>
internal static class TransposedConvolution
{
    private const int Longest = 1 << 20;

    /// <summary>Imports the operator.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        OnnxConstant weights = node.Constant(1);
        int rank = weights.Shape.Length;
        if (rank is not (3 or 4)) throw node.Refuse($"a transposed convolution of {rank - 2} dimensions is not supported, 1 and 2 are");

        GraphTensor input = Image2D.Input(node, rank);
        int[] w = rank == 3 ? [weights.Shape[0], weights.Shape[1], 1, weights.Shape[2]] : weights.Shape;
        int groups = node.Int("group", 1), channels = input.Shape[3];
        if (w.Contains(0) || groups < 1 || w[0] != channels || channels % groups != 0 || (long)w[1] * groups > Longest)
        {
            throw node.Refuse($"weights [{string.Join(',', weights.Shape)}] in {groups} groups do not fit {channels} input channels");
        }

        Side rows = Side.Read(node, 0, input.Shape[1], w[2], rank == 3), columns = Side.Read(node, 1, input.Shape[2], w[3], rank == 3);
        int outputs = w[1] * groups;
        GraphTensor filters = Filters(node, weights, w, groups, rows, columns);
        GraphTensor? bias = node.HasInput(2) ? Convolution.Bias(node, outputs) : null;
        GraphTensor output = node.NewOutput([input.Shape[0], rows.Output, columns.Output, outputs]);
        Window2D window = new(rows.Stride, columns.Stride, Top: rows.Before, Left: columns.Before);
        node.Add(new TransposeConv(input, filters, bias, output, window, FusedActivation.None));
        Image2D.Return(node, output, rank);
    }

    private static GraphTensor Filters(OnnxNode node, OnnxConstant weights, int[] w, int groups, Side rows, Side columns)
    {
        int channels = w[0], outputs = w[1] * groups, members = channels / groups;
        int[] shape = [outputs, rows.Extent, columns.Extent, channels];
        node.Builder.Charge(shape);
        float[] source = weights.Floats, values = new float[outputs * rows.Extent * columns.Extent * channels];
        for (int i = 0; i < source.Length; i++)
        {
            int column = i % w[3], row = i / w[3] % w[2], member = i / (w[3] * w[2]) % w[1], channel = i / (w[3] * w[2] * w[1]);
            int filter = (channel / members * w[1]) + member;
            values[(((((filter * rows.Extent) + (row * rows.Dilation)) * columns.Extent) + (column * columns.Dilation)) * channels) + channel] = source[i];
        }

        Quantization? quantization = weights.Quantization;
        if (quantization is { IsPerChannel: true })
        {
            if (quantization.Axis != 1) throw node.Refuse("its weights have a scale for every input channel", "Quantize weights with a scale a tensor, or one an output channel (axis 1)");
            quantization = new Quantization([.. Enumerable.Repeat(quantization.Scales, groups).SelectMany(s => s)], [.. Enumerable.Repeat(quantization.ZeroPoints, groups).SelectMany(z => z)]);
        }

        return node.Builder.NewConstant($"{node.OutputName()} weights", shape, values, quantization);
    }

    /// <summary>What happens along rows or columns.</summary>
    /// <param name="Stride">Outputs from one input to the next.</param>
    /// <param name="Dilation">Outputs from one tap to the next.</param>
    /// <param name="Extent">Outputs that a filter reaches over.</param>
    /// <param name="Before">Outputs that are cut off before.</param>
    /// <param name="Output">Outputs that are left.</param>
    private sealed record Side(int Stride, int Dilation, int Extent, int Before, int Output)
    {
        public static Side Read(OnnxNode node, int index, int input, int filter, bool isRow)
        {
            int dimensions = isRow ? 1 : 2, place = isRow ? 0 : index;
            if (isRow && index == 0) return new Side(1, 1, 1, 0, 1);

            int stride = Value(node, "strides", place, dimensions, 1, 1), dilation = Value(node, "dilations", place, dimensions, 1, 1);
            int extra = Value(node, "output_padding", place, dimensions, 0, 0);
            long extent = ((filter - 1L) * dilation) + 1, whole = ((input - 1L) * stride) + extent + extra;
            if (extent > Longest || whole > Longest) throw node.Refuse($"a filter of {filter} with dilation {dilation} on {input} inputs with stride {stride} is not possible");

            string automatic = node.Text("auto_pad", "NOTSET");
            int[]? shape = node.Ints("output_shape");
            long before, output;
            if (shape is { Length: > 0 } || automatic is "SAME_UPPER" or "SAME_LOWER")
            {
                if (shape is not { Length: > 0 } && whole < (long)input * stride) throw node.Refuse($"auto_pad '{automatic}' with a filter over {extent} and a stride of {stride} is not supported, for which the standard and ONNX Runtime differ", "Export the layer with explicit pads");
                output = shape is { Length: > 0 } ? shape.Length >= dimensions ? shape[shape.Length - dimensions + place] : 0 : (long)input * stride;
                long cut = Math.Max(0, whole - output);
                before = automatic == "SAME_UPPER" ? cut / 2 : cut - (cut / 2);
            }
            else if (automatic is "NOTSET" or "VALID")
            {
                before = automatic == "VALID" ? 0 : Value(node, "pads", place, 2 * dimensions, 0, 0);
                output = whole - before - (automatic == "VALID" ? 0 : Value(node, "pads", place + dimensions, 2 * dimensions, 0, 0));
            }
            else
            {
                throw node.Refuse($"auto_pad '{automatic}' is not supported");
            }

            if (output is < 1 or > Longest || before >= extent) throw node.Refuse($"{output} outputs with {before} cut off before them are not possible for a filter over {extent}");
            return new Side(stride, dilation, (int)extent, (int)before, (int)output);
        }

        private static int Value(OnnxNode node, string name, int place, int count, int absent, int least)
        {
            if (node.Ints(name) is not { Length: > 0 } values) return absent;
            return values.Length == count && values[place] >= least && values[place] <= Longest ? values[place] : throw node.Refuse($"{name} [{string.Join(',', values)}] are not supported");
        }
    }
}
