using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Onnx.Import;

/// <summary>
/// A computed value. ONNX has channels first, the graph has them last. Nothing is transposed for that: a value knows which
/// dimension of its tensor every one of its own is, and operators ask for the order that they need.
/// </summary>
/// <param name="Tensor">The tensor of the graph.</param>
/// <param name="Order">For every dimension of <paramref name="ImageShape"/>, the tensor's dimension that it is.</param>
/// <param name="ImageShape">Dimensions in the order of ONNX.</param>
/// <param name="Shape">
/// Dimensions after reshapes that have not been carried out yet, because the tensor has its elements in another order. A matrix
/// product takes the order into its weights, and the reshape costs nothing.
/// </param>
internal sealed record OnnxActivation(GraphTensor Tensor, int[] Order, int[] ImageShape, int[] Shape)
{
    /// <summary>A value whose tensor has the order of ONNX.</summary>
    /// <param name="tensor">The tensor.</param>
    public OnnxActivation(GraphTensor tensor)
        : this(tensor, [.. Enumerable.Range(0, tensor.Shape.Length)], tensor.Shape, tensor.Shape)
    {
    }

    /// <summary>A value whose tensor has its dimensions in some order.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="order">For every dimension in the order of ONNX, the tensor's dimension that it is.</param>
    public OnnxActivation(GraphTensor tensor, int[] order)
        : this(tensor, order, [.. order.Select(d => tensor.Shape[d])], [.. order.Select(d => tensor.Shape[d])])
    {
    }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Length;

    /// <summary>True where a reshape has not been carried out yet.</summary>
    public bool IsReshaped => !Shape.SequenceEqual(ImageShape);

    /// <summary>True where the elements lie in the order of ONNX: what has moved are dimensions of one element.</summary>
    public bool IsInOrder
    {
        get
        {
            int[] moved = [.. Order.Where(d => Tensor.Shape[d] != 1)];
            return moved.SequenceEqual(moved.Order());
        }
    }

    /// <summary>The order of a tensor with channels last: for rank 4 that of NCHW within NHWC.</summary>
    /// <param name="rank">Number of dimensions, 2 or more.</param>
    /// <returns>The order.</returns>
    public static int[] ChannelsLast(int rank) => [0, rank - 1, .. Enumerable.Range(1, rank - 2)];

    /// <summary>The value of another tensor of the same shape, such as the result of a function of every element.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The value.</returns>
    public OnnxActivation With(GraphTensor tensor) => this with { Tensor = tensor };

    /// <summary>Position of every element in the tensor, one batch of the first dimension being a vector.</summary>
    /// <returns>For every element of a batch in the order of ONNX, its index in the tensor's batch; null where the first dimension is not the tensor's first.</returns>
    public int[]? PositionsInBatch()
    {
        if (Order[0] != 0) return null;

        int[] strides = Strides(Tensor.Shape);
        int count = ImageShape.Skip(1).Aggregate(1, (a, b) => a * b);
        int[] positions = new int[count];
        for (int i = 0; i < count; i++)
        {
            int rest = i;
            for (int d = ImageShape.Length - 1; d > 0; d--)
            {
                positions[i] += rest % ImageShape[d] * strides[Order[d]];
                rest /= ImageShape[d];
            }
        }

        return positions;
    }

    private static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        int stride = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }

        return strides;
    }
}
