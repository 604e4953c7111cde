using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Onnx.Schema;

namespace EdgeInfer.Onnx.Import;

/// <summary>What goes into the graph and what comes out.</summary>
internal static class OnnxPorts
{
    private static readonly string[] ImageOperators =
    [
        "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "InstanceNormalization",
        "Resize", "QLinearConv", "DepthToSpace", "SpaceToDepth",
    ];

    /// <summary>Operators that know dimensions by their numbers alone, or not at all: what goes through them stays an image.</summary>
    private static readonly string[] PassingOperators =
    [
        "QuantizeLinear", "DequantizeLinear", "Relu", "Clip", "Cast", "Identity", "Sub", "Add", "Mul", "Div", "Pad", "LeakyRelu", "PRelu", "Dropout",
        "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Abs", "Neg", "Sqrt", "Exp", "Log", "Pow", "Max", "Min", "Concat", "Slice", "Split",
    ];

    /// <summary>Adds an input. One that becomes an image is NHWC from the start.</summary>
    /// <param name="builder">The graph that is built.</param>
    /// <param name="input">The input as the file has it.</param>
    /// <param name="nodes">Operators of the file.</param>
    public static void AddInput(OnnxGraphBuilder builder, ValueInfoProto input, IEnumerable<NodeProto> nodes)
    {
        string where = $"input '{input.Name}'";
        if (input.Type?.TensorType is not { Shape: { } dimensions } type)
        {
            throw new ConversionException(builder.File, where, "it has no shape", "Export the model with a fixed input shape", ErrorCode.OpenShape);
        }

        bool isQuantized = type.ElemType is OnnxType.Int8 or OnnxType.UInt8 or OnnxType.Int16 or OnnxType.UInt16;
        if (!isQuantized && !OnnxType.IsReal(type.ElemType))
        {
            builder.Problems.Add(where, $"its type {OnnxType.NameOf(type.ElemType)} is not supported", "Export the model with a float input", ErrorCode.Port);
        }

        // Exporters leave the batch open; nothing else may be.
        long[] dims = [.. dimensions.Dim.Select((d, i) => !d.HasDimValue || (d.DimValue <= 0 && i == 0) ? (i == 0 ? 1 : -1) : d.DimValue)];
        if (Array.Exists(dims, d => d < 0))
        {
            builder.Problems.Add(where, $"the shape [{string.Join(',', dims.Select(d => d < 0 ? "?" : $"{d}"))}] of this input is open (dynamic)", "Export the model without dynamic axes other than the batch", ErrorCode.OpenShape);
            dims = Array.ConvertAll(dims, d => Math.Max(d, 1));
        }

        int[] shape = OnnxConstant.ShapeOf(dims, builder.File, where);
        if (shape.Contains(0)) throw new ConversionException(builder.File, where, "it has no elements", "Export the model with a fixed input shape", ErrorCode.Port);

        int rank = shape.Length;
        int[] order = rank is 3 or 4 && BecomesImage(input.Name, nodes) ? OnnxActivation.ChannelsLast(rank) : OnnxGraphBuilder.Identity(rank);
        int[] stored = new int[rank];
        for (int d = 0; d < rank; d++) stored[order[d]] = shape[d];
        GraphTensor tensor = builder.NewTensor(input.Name, stored);
        builder.Graph.Inputs.Add(tensor);
        builder.Define(input.Name, new OnnxValue(null, new OnnxActivation(tensor, order)) { IntegerType = isQuantized ? type.ElemType : 0 });
    }

    /// <summary>Adds an output, with channels last where it has channels.</summary>
    /// <param name="builder">The graph that is built.</param>
    /// <param name="name">Its name.</param>
    public static void AddOutput(OnnxGraphBuilder builder, string name)
    {
        string where = $"output '{name}'";
        OnnxValue? value = builder.Find(name);
        if (value?.Activation is not { } activation)
        {
            if (value is null) builder.Problems.Add(where, "no operator computes it", code: ErrorCode.Order);
            else builder.Problems.Add(where, "it does not depend on any input", "Leave it out of the model", ErrorCode.Port);
            return;
        }

        activation = builder.Shaped(activation, where);
        GraphTensor tensor = builder.InOrder(activation, IsImage(activation) ? OnnxActivation.ChannelsLast(activation.Rank) : OnnxGraphBuilder.Identity(activation.Rank), where);
        if (builder.Graph.Inputs.Contains(tensor) || builder.Graph.Outputs.Contains(tensor))
        {
            builder.Problems.Add(where, "it is an input, or another output, as it is", "Export the model without outputs that nothing computes", ErrorCode.Port);
        }

        builder.Graph.Outputs.Add(tensor);
    }

    /// <summary>Tells whether a value has its channels last, be it with dimensions of one element elsewhere.</summary>
    private static bool IsImage(OnnxActivation value)
    {
        if (value.Rank < 3) return false;

        int[] order = OnnxActivation.ChannelsLast(value.Rank);
        if (value.Order.SequenceEqual(order)) return true;

        int[] stored = [.. order.Where((_, d) => value.Shape[d] != 1)], moved = [.. value.Order.Where((_, d) => value.Shape[d] != 1)];
        return !value.IsInOrder && Enumerable.Range(0, moved.Length).OrderBy(i => moved[i]).SequenceEqual(Enumerable.Range(0, stored.Length).OrderBy(i => stored[i]));
    }

    /// <summary>Follows an input on all ways to the operators that know of channels; a reshape or a transposition ends a way.</summary>
    private static bool BecomesImage(string name, IEnumerable<NodeProto> nodes)
    {
        HashSet<string> names = [name];
        foreach (NodeProto node in nodes)
        {
            if (node.Input.Count == 0 || !node.Input.Any(names.Contains)) continue;
            if (ImageOperators.Contains(node.OpType)) return true;
            if (PassingOperators.Contains(node.OpType)) names.UnionWith(node.Output);
        }

        return false;
    }
}
