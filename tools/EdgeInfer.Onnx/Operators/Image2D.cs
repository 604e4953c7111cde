using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Operators on images, and on sequences, which are images of one row.</summary>
internal static class Image2D
{
    /// <summary>The first operand as an image, NHWC.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="rank">Dimensions of the operand, 4 for an image and 3 for a sequence.</param>
    /// <returns>The tensor.</returns>
    public static GraphTensor Input(OnnxNode node, int rank)
    {
        OnnxActivation value = node.Activation(0);
        if (rank is not (3 or 4)) throw node.Refuse($"its input has {rank} dimensions, supported are 4, an image, and 3, a sequence", code: ErrorCode.Demand);
        bool isRow = rank == 3 && value.Rank == 3 && value.ImageShape.Length == 4 && value.Order.SequenceEqual(OnnxActivation.ChannelsLast(4))
            && value.ImageShape.SequenceEqual([value.Shape[0], value.Shape[1], 1, value.Shape[2]]);
        if (isRow) return value.Tensor;

        GraphTensor tensor = node.Image(value, rank);
        return rank == 4 ? tensor : node.Builder.Reshape(tensor, [tensor.Shape[0], 1, tensor.Shape[1], tensor.Shape[2]], node.Label);
    }

    /// <summary>Sets the first result. That of a sequence stays an image for the next operator that takes one.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="output">The tensor, NHWC.</param>
    /// <param name="rank">Dimensions of the result, 4 for an image and 3 for a sequence.</param>
    public static void Return(OnnxNode node, GraphTensor output, int rank)
    {
        OnnxActivation value = new(output, OnnxActivation.ChannelsLast(4));
        node.Return(rank == 4 ? value : value with { Shape = [value.Shape[0], value.Shape[1], value.Shape[3]] });
    }
}

/// <summary>How convolutions and pools place their windows.</summary>
internal static class OnnxWindow
{
    /// <summary>Beyond this, sizes would no longer be computed exactly in 32 bits.</summary>
    private const int Longest = 1 << 20;

    /// <summary>Reads strides, dilations and padding.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">Its input, NHWC.</param>
    /// <param name="filterHeight">Rows of the filter.</param>
    /// <param name="filterWidth">Columns of the filter.</param>
    /// <returns>The window; where the last position is rounded up (ceil_mode), with the padding that this takes.</returns>
    public static Window2D Read(OnnxNode node, GraphTensor input, int filterHeight, int filterWidth)
    {
        (int strideHeight, int strideWidth) = Pair(node, "strides", 1);
        (int dilationHeight, int dilationWidth) = Pair(node, "dilations", 1);
        Window2D window = new(strideHeight, strideWidth, dilationHeight, dilationWidth);
        if (filterHeight < 1 || filterWidth < 1 || (long)dilationHeight * filterHeight > Longest || (long)dilationWidth * filterWidth > Longest)
        {
            throw node.Refuse($"a filter of {filterHeight}x{filterWidth} with dilations {dilationHeight}x{dilationWidth} is not possible");
        }

        int height = input.Shape[1], width = input.Shape[2];
        switch (node.Text("auto_pad", "NOTSET"))
        {
            case "SAME_UPPER":
                window = window.WithSamePadding(height, width, filterHeight, filterWidth);
                break;
            case "SAME_LOWER":
                window = window.WithSamePadding(height, width, filterHeight, filterWidth);
                window = window with { Top = window.Bottom, Bottom = window.Top, Left = window.Right, Right = window.Left };
                break;
            case "NOTSET":
                int[] pads = node.Ints("pads") ?? [0, 0, 0, 0];
                if (pads.Length == 2) pads = [0, pads[0], 0, pads[1]];
                if (pads.Length != 4 || Array.Exists(pads, p => p is < 0 or > Longest)) throw node.Refuse($"pads [{string.Join(',', pads)}] are not supported", "Export the model with two or four pads that are not negative");
                window = window with { Top = pads[0], Left = pads[1], Bottom = pads[2], Right = pads[3] };
                break;
            case "VALID":
                break;
            case var other:
                throw node.Refuse($"auto_pad '{other}' is not supported");
        }

        return node.Int("ceil_mode") == 0 ? window : RoundedUp(window, height, width, filterHeight, filterWidth);
    }

    /// <summary>The length of the filter of a pool.</summary>
    /// <param name="node">The operator.</param>
    /// <returns>Rows and columns.</returns>
    public static (int Height, int Width) Kernel(OnnxNode node) =>
        node.Find("kernel_shape") is null ? throw node.Refuse("its kernel_shape is missing") : Pair(node, "kernel_shape", 1);

    private static Window2D RoundedUp(Window2D window, int height, int width, int filterHeight, int filterWidth) => window with
    {
        Bottom = window.Bottom + Missing(height + window.Top + window.Bottom, height + window.Top, filterHeight, window.StrideHeight, window.DilationHeight),
        Right = window.Right + Missing(width + window.Left + window.Right, width + window.Left, filterWidth, window.StrideWidth, window.DilationWidth),
    };

    /// <summary>Padding at the end that one more position takes; 0 where the last one ends with the image, or would begin behind it.</summary>
    private static int Missing(int padded, int end, int filter, int stride, int dilation)
    {
        int extent = ((filter - 1) * dilation) + 1;
        int rest = (padded - extent) % stride;
        if (padded < extent || rest == 0) return 0;
        return padded - extent - rest + stride < end ? stride - rest : 0;
    }

    private static (int First, int Second) Pair(OnnxNode node, string name, int absent)
    {
        int[] values = node.Ints(name) ?? [absent, absent];
        if (values.Length == 1) values = [1, values[0]];
        if (values.Length != 2 || Array.Exists(values, v => v is < 1 or > Longest)) throw node.Refuse($"{name} [{string.Join(',', values)}] are not supported");
        return (values[0], values[1]);
    }
}
