using EdgeInfer.Converter.Operators;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>
/// Writes an SVDF, for which ONNX has no operator, as EvalFloatSVDF of TensorFlow Lite computes it (kernels/internal/reference/svdf.h). What it remembers is an input and an output of the
/// graph, [batches, filters, memory - 1], the oldest result first: the newest is computed and need not be carried.
/// </summary>
internal static class OnnxSvdf
{
    /// <summary>Writes the operator.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="tensors">Names of tensors.</param>
    /// <param name="op">The operator; its state is the name of the newest results, [batches, filters], whose range is that of all it remembers.</param>
    /// <param name="result">Name of the result.</param>
    public static void Write(OnnxModelWriter writer, OnnxTensors tensors, Svdf op, string result)
    {
        int batches = op.Input.Shape[0], filters = op.WeightsFeature.Shape[0], memory = op.WeightsTime.Shape[1];
        string name = op.State.Name, newest = writer.NameOf(op.State);
        writer.Node("Gemm", [tensors.Read(op.Input), tensors.Read(op.WeightsFeature)], newest, Int("transB", 1));
        string all = writer.Node("Unsqueeze", [tensors.Rounded(newest, op.State), writer.Longs("axes", 2)], writer.Unique($"{name} newest"));
        if (memory > 1)
        {
            string before = writer.State(name, [batches, filters, memory - 1]);
            all = writer.Node("Concat", [before, all], writer.Unique($"{name} all"), Int("axis", 2));
            writer.Keep(before, writer.Node("Slice", [all, writer.Longs("starts", 1), writer.Longs("ends", memory), writer.Longs("axes", 2)], writer.Unique($"{name} kept")));
        }

        string products = writer.Node("Mul", [all, tensors.Read(op.WeightsTime)], writer.Unique($"{name} products"));
        string parts = writer.Node("Reshape", [products, writer.Longs("shape", batches, filters / op.Rank, op.Rank * memory)], writer.Unique($"{name} of an output"));
        string sum = writer.Node("ReduceSum", [parts, writer.Longs("axes", 2)], op.Bias is null ? result : writer.Unique($"{name} sums"), Int("keepdims", 0));
        if (op.Bias is { } bias) writer.Node("Add", [sum, tensors.Bias(bias, op.State, op.WeightsTime)], result);
    }
}
