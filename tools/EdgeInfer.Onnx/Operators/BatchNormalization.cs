using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>
/// BatchNormalization at inference: a factor and an offset a channel, which for images is a depthwise convolution of one tap. Where a convolution or a matrix
/// product is before it, it goes into that one's weights when graphs are simplified.
/// </summary>
internal static class BatchNormalization
{
    /// <summary>Imports the operator: input, scale, offset, mean, variance; attribute epsilon.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        OnnxActivation value = node.Activation(0);
        if (value.Rank < 2) throw node.Refuse($"its input has {value.Rank} dimensions, it must have a batch and channels");
        int channels = value.Shape[1];
        double[][] parameters = [.. Enumerable.Range(1, 4).Select(i => node.Constant(i).Values)];
        if (Array.Exists(parameters, p => p.Length != channels)) throw node.Refuse($"its constants do not have {channels} elements, one a channel");

        float epsilon = node.Float("epsilon", 1e-5f);
        float[] factors = new float[channels], offsets = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double factor = parameters[0][c] / Math.Sqrt(parameters[3][c] + epsilon);
            factors[c] = (float)factor;
            offsets[c] = (float)(parameters[1][c] - (factor * parameters[2][c]));
        }

        string name = node.OutputName();
        if (value.Rank is 3 or 4)
        {
            GraphTensor input = Image2D.Input(node, value.Rank), output = node.NewOutput(input.Shape);
            GraphTensor scale = node.Builder.NewConstant($"{name} scale", [1, 1, 1, channels], factors), offset = node.Builder.NewConstant($"{name} offset", [channels], offsets);
            node.Add(new DepthwiseConv2D(input, scale, offset, output, new Window2D(), FusedActivation.None));
            Image2D.Return(node, output, value.Rank);
        }
        else
        {
            GraphTensor input = node.Image(value, value.Rank), scaled = node.NewOutput(input.Shape), output = node.NewOutput(input.Shape);
            node.Add(new Mul(input, node.Builder.NewConstant($"{name} scale", [channels], factors), scaled, FusedActivation.None));
            node.Add(new Add(scaled, node.Builder.NewConstant($"{name} offset", [channels], offsets), output, FusedActivation.None));
            node.Return(new OnnxActivation(output, OnnxActivation.ChannelsLast(value.Rank)));
        }
    }
}
