using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Onnx.Export;

/// <summary>Writes operators of the graph as nodes. Images are transposed to NCHW and back around the operators that need it.</summary>
internal static class OnnxOperators
{
    /// <summary>Writes an operator.</summary>
    /// <param name="writer">Receives nodes.</param>
    /// <param name="tensors">Names of tensors.</param>
    /// <param name="op">The operator.</param>
    /// <exception cref="NotSupportedException">The operator has no counterpart in ONNX.</exception>
    public static void Write(OnnxModelWriter writer, OnnxTensors tensors, Operator op)
    {
        string[] results = [.. op.Outputs.Select(tensors.BeforeQuantization)];
        FusedActivation activation = op is IFusesActivation fusing ? fusing.Activation : FusedActivation.None;
        string output = results[0];
        if (op is ComposedFunction function)
        {
            WriteSteps(writer, function, tensors.Read(op.Input), output);
            return;
        }

        if (activation != FusedActivation.None) results[0] = writer.Unique($"{output} before {activation}");
        if (op is UnidirectionalSequenceLstm lstm) OnnxLstm.Write(writer, tensors, lstm, results[0]);
        else if (op is Svdf filter) OnnxSvdf.Write(writer, tensors, filter, results[0]);
        else if (!OnnxWeighted.TryWrite(writer, tensors, op, results[0])) WriteOthers(writer, op, [.. op.Inputs.Select(t => tensors.Read(t!))], results);
        if (activation != FusedActivation.None) OnnxFunctions.Clamp(writer, results[0], activation, output);
    }

    /// <summary>Nothing is rounded between the steps.</summary>
    private static void WriteSteps(OnnxModelWriter writer, ComposedFunction function, string input, string result)
    {
        OnnxTensors exact = new(writer, withQuantization: false);
        writer.Call(function.Argument, input);
        writer.Call(function.Steps[^1].Output, result);
        foreach (Operator step in function.Steps) Write(writer, exact, step);
    }

    private static void WriteOthers(OnnxModelWriter writer, Operator op, string[] inputs, string[] results)
    {
        if (OnnxMovement.TryWrite(writer, op, inputs, results) || OnnxFunctions.TryWrite(writer, op, inputs[0], results[0])) return;

        string result = results[0];
        switch (op)
        {
            case MaxPool2D pool:
                WritePool(writer, "MaxPool", inputs[0], result, pool.FilterHeight, pool.FilterWidth, pool.Window);
                break;
            case AveragePool2D pool:
                WritePool(writer, "AveragePool", inputs[0], result, pool.FilterHeight, pool.FilterWidth, pool.Window);
                break;
            case MeanOrSum sum:
                WriteReduction(writer, sum is Mean ? "ReduceMean" : "ReduceSum", op, sum.Axes, inputs[0], result);
                break;
            case ReduceExtremum extremum:
                WriteReduction(writer, extremum.Name, op, extremum.Axes, inputs[0], result);
                break;
            case Softmax softmax:
                string scaled = softmax.Beta == 1 ? inputs[0] : writer.Node("Mul", [inputs[0], writer.Floats("beta", [softmax.Beta])], writer.Unique($"{result} argument"));
                writer.Node("Softmax", [scaled], result, Int("axis", -1));
                break;
            case LogSoftmax:
                writer.Node("LogSoftmax", inputs, result, Int("axis", -1));
                break;
            case L2Normalization:
                writer.Node("LpNormalization", inputs, result, Int("axis", -1), Int("p", 2));
                break;
            case BatchMatMul product:
                writer.Node("MatMul", [Matrix(writer, op.Input, inputs[0], product.Transposes1), Matrix(writer, op.Inputs[1]!, inputs[1], product.Transposes2)], result);
                break;
            case ResizeBilinear resize:
                WriteResize(writer, resize, inputs[0], result);
                break;
            case ArgMax index:
                string index64 = writer.Node(index.Name, inputs, writer.Unique($"{result} of 64 bits"), Int("axis", index.Axis), Int("keepdims", op.Output.Shape.Length == op.Input.Shape.Length ? 1 : 0));
                writer.Node("Cast", [index64], result, Int("to", OnnxType.Int32));
                break;
            case Cast:
                writer.Node("Cast", inputs, result, Int("to", OnnxType.Int32));
                break;
            case LogicalNot:
                writer.Node("Not", inputs, result);
                break;
            case Quantize:
                writer.Node("Identity", inputs, result);
                break;
            case SquaredDifference:
                string difference = writer.Node("Sub", inputs, writer.Unique($"{result} difference"));
                writer.Node("Mul", [difference, difference], result);
                break;
            case Select:
                writer.Node("Where", [inputs[2], inputs[0], inputs[1]], result);
                break;
            case Comparison { Relation.Name: "NotEqual" }:
                writer.Node("Not", [writer.Node("Equal", inputs, writer.Unique($"{result} equal"))], result);
                break;
            default:
                writer.Node(PairName(op), inputs, result);
                break;
        }
    }

    private static string PairName(Operator op) => op switch
    {
        Add => "Add",
        Sub => "Sub",
        Mul => "Mul",
        Prelu => "PRelu",
        Logical logical => logical.Both ? "And" : "Or",
        Extremum extremum => extremum.Largest ? "Max" : "Min",
        Comparison { Relation.Name: "LessEqual" } => "LessOrEqual",
        Comparison { Relation.Name: "GreaterEqual" } => "GreaterOrEqual",
        Comparison comparison => comparison.Relation.Name,
        _ => throw new NotSupportedException($"{op.Label}: {op.Name} has no counterpart in ONNX."),
    };

    private static void WritePool(OnnxModelWriter writer, string type, string input, string result, int height, int width, Window2D window)
    {
        string image = writer.Node(
            type,
            [OnnxImages.First(writer, input)],
            writer.Unique($"{result} NCHW"),
            Ints("kernel_shape", height, width),
            Ints("strides", window.StrideHeight, window.StrideWidth),
            Ints("pads", window.Top, window.Left, window.Bottom, window.Right));
        OnnxImages.Last(writer, image, result);
    }

    private static void WriteResize(OnnxModelWriter writer, ResizeBilinear op, string input, string result)
    {
        int[] y = op.Output.Shape;
        string coordinates = op.AlignCorners ? "align_corners" : op.HalfPixelCenters ? "half_pixel" : "asymmetric";
        string image = writer.Node(
            "Resize",
            [OnnxImages.First(writer, input), string.Empty, string.Empty, writer.Longs("sizes", y[0], y[3], y[1], y[2])],
            writer.Unique($"{result} NCHW"),
            Text("mode", "linear"),
            Text("coordinate_transformation_mode", coordinates));
        OnnxImages.Last(writer, image, result);
    }

    private static string Matrix(OnnxModelWriter writer, GraphTensor tensor, string name, bool transposes)
    {
        if (!transposes) return name;
        int rank = tensor.Shape.Length;
        return writer.Node("Transpose", [name], writer.Unique($"{name} transposed"), Ints("perm", [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]));
    }

    private static void WriteReduction(OnnxModelWriter writer, string type, Operator op, IReadOnlyList<int> axes, string input, string result) =>
        writer.Node(type, [input, writer.Longs("axes", axes)], result, Int("keepdims", op.Output.Shape.Length == op.Input.Shape.Length ? 1 : 0), Int("noop_with_empty_axes", 1));
}
