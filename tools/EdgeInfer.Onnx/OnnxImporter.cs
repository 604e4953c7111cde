using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Onnx.Import;
using EdgeInfer.Onnx.Schema;
using Google.Protobuf;

namespace EdgeInfer.Onnx;

/// <summary>Reads an .onnx file.</summary>
public static class OnnxImporter
{
    private const int OldestOpset = 7;
    private const int NewestOpset = 25;

    /// <summary>
    /// Reads an .onnx file. Tensors of the graph are float; those for which the file has quantization (QuantizeLinear, or the QLinear
    /// operators) carry it. Images are NHWC, inputs and outputs included, and no transposition is left where only the order of
    /// dimensions differs between the formats. An open batch becomes 1.
    /// </summary>
    /// <param name="file">Content of the file.</param>
    /// <param name="name">Name for messages, and of the graph.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ConversionException">The file is damaged or asks for something that is not supported; everything that is not is listed.</exception>
    public static ModelGraph Import(byte[] file, string name)
    {
        ModelProto model = Parse(file, name);
        GraphProto graph = model.Graph;
        (NodeProto Node, int Index)[] nodes = LiveNodes(graph);
        HashSet<string> read = [.. nodes.SelectMany(n => n.Node.Input), .. graph.Output.Select(o => o.Name)];
        OnnxGraphBuilder builder = new(name, OpsetOf(model, name)) { Read = read };
        HashSet<string> constants = [];
        foreach (TensorProto tensor in graph.Initializer.Where(t => read.Contains(t.Name)))
        {
            builder.Define(tensor.Name, ReadConstant(tensor, builder));
            constants.Add(tensor.Name);
        }

        foreach (ValueInfoProto input in graph.Input.Where(i => !constants.Contains(i.Name))) OnnxPorts.AddInput(builder, input, nodes.Select(n => n.Node));
        foreach ((NodeProto node, int index) in nodes) OnnxOperatorTable.Import(new OnnxNode(builder, node, index));
        builder.Problems.ThrowIfAny(name);
        foreach (ValueInfoProto output in graph.Output) OnnxPorts.AddOutput(builder, output.Name);
        builder.Problems.ThrowIfAny(name);
        DeadOperatorRemoval.Run(builder.Graph);
        return builder.Graph;
    }

    /// <summary>Tells whether a file may be an .onnx file: it has no identifier, but begins with a small field of a known number.</summary>
    /// <param name="file">Content of the file.</param>
    /// <returns>True where the first bytes are those that every exporter writes.</returns>
    public static bool Recognizes(ReadOnlySpan<byte> file) => file.Length > 16 && file[0] == 0x08 && file[1] is > 0 and < 64;

    private static ModelProto Parse(byte[] file, string name)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ConversionException(name, "the file", $"it is no .onnx file or damaged ({e.Message.TrimEnd('.')})", "Export or download it again", ErrorCode.WrongFile);
        }

        if (model.Graph is null || model.Graph.Node.Count == 0) throw new ConversionException(name, "the file", "there is no graph in it", "Pass an .onnx file", ErrorCode.WrongFile);
        return model;
    }

    /// <summary>A constant; where it cannot be read, that is one problem of the model, and the operators that use it are passed over.</summary>
    private static OnnxValue ReadConstant(TensorProto tensor, OnnxGraphBuilder builder)
    {
        try
        {
            return new OnnxValue(OnnxConstant.Read(tensor, builder.File), null);
        }
        catch (ConversionException refusal)
        {
            foreach (Problem problem in refusal.Problems) builder.Problems.Add(problem);
            return OnnxValue.Unknown;
        }
    }

    private static int OpsetOf(ModelProto model, string name)
    {
        long version = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1;
        if (version is < OldestOpset or > NewestOpset)
        {
            throw new ConversionException(name, "opset_import", $"version {version} of the operators is not supported, {OldestOpset} to {NewestOpset} are", "Export the model with opset_version=17", ErrorCode.FormatVersion);
        }

        return (int)version;
    }

    /// <summary>The operators on whose results an output depends: what exporters leave of shape computations and of training is often not needed.</summary>
    private static (NodeProto Node, int Index)[] LiveNodes(GraphProto graph)
    {
        HashSet<string> needed = [.. graph.Output.Select(o => o.Name)];
        List<(NodeProto Node, int Index)> live = [];
        for (int i = graph.Node.Count - 1; i >= 0; i--)
        {
            NodeProto node = graph.Node[i];
            if (!node.Output.Any(needed.Contains)) continue;

            needed.UnionWith(node.Input);
            live.Add((node, i));
        }

        live.Reverse();
        return [.. live];
    }
}
