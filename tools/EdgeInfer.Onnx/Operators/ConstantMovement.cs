using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>Moves elements of constants.</summary>
internal static class ConstantMovement
{
    /// <summary>Puts dimensions into another order.</summary>
    /// <param name="constant">The constant.</param>
    /// <param name="permutation">For every dimension of the result, the constant's dimension that it is.</param>
    /// <returns>The result.</returns>
    public static OnnxConstant Transpose(OnnxConstant constant, int[] permutation)
    {
        int[] shape = [.. permutation.Select(d => constant.Shape[d])];
        int[] strides = Strides(constant.Shape);
        double[] values = new double[constant.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, source = 0;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                source += rest % shape[d] * strides[permutation[d]];
                rest /= shape[d];
            }

            values[i] = constant.Values[source];
        }

        return constant with { Shape = shape, Values = values, Quantization = constant.Quantization is { IsPerChannel: true } q ? q with { Axis = Array.IndexOf(permutation, q.Axis) } : constant.Quantization };
    }

    /// <summary>Elements from one index to the next along every dimension.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <returns>One stride a dimension.</returns>
    public static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        for (int d = shape.Length - 1, stride = 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }

        return strides;
    }
}
