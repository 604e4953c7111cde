using System.Security.Cryptography;
using System.Text;
using EdgeInfer.Audio;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Passes.Patching;
using EdgeInfer.Converter.Planning;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Converter.Streaming;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Converter;

/// <summary>The way from a model file to a blob: import, passes, packing, planning, writing, verifying.</summary>
public static class ModelConverter
{
    static ModelConverter() => DeviceLibraries.Register();

    /// <summary>Converts a model file.</summary>
    /// <param name="path">A .tflite file.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <returns>The blob and what is known about it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ConversionException">The model is damaged or not supported; every reason is listed.</exception>
    public static ConversionResult ConvertFile(string path, ConversionOptions? options = null) =>
        Convert(File.ReadAllBytes(path), Path.GetFileName(path), options);

    /// <summary>Converts a model that is in memory.</summary>
    /// <param name="file">Content of a .tflite file.</param>
    /// <param name="name">Name for messages and for the blob's metadata.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <returns>The blob and what is known about it.</returns>
    /// <exception cref="ConversionException">The model is damaged or not supported; every reason is listed.</exception>
    public static ConversionResult Convert(byte[] file, string name, ConversionOptions? options = null) => Convert(file, name, options, null);

    /// <summary>Converts a model that is in memory, some of its layers being replaced.</summary>
    /// <param name="file">Content of a .tflite file.</param>
    /// <param name="name">Name for messages and for the blob's metadata.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <param name="replacement">Layers that become generated code; null for none.</param>
    /// <returns>The blob and what is known about it.</returns>
    /// <exception cref="ConversionException">The model is damaged or not supported; every reason is listed.</exception>
    public static ConversionResult Convert(byte[] file, string name, ConversionOptions? options, LayerReplacement? replacement)
    {
        ModelGraph graph = TfliteImporter.Import(file, name);
        return Convert(graph, SHA256.HashData(file), options ?? new ConversionOptions(), replacement);
    }

    /// <summary>Converts a graph.</summary>
    /// <param name="graph">The graph; passes change it.</param>
    /// <param name="sourceHash">SHA-256 of what the graph was made from.</param>
    /// <param name="options">Choices.</param>
    /// <param name="replacement">Layers that become generated code; null for none.</param>
    /// <returns>The blob and what is known about it.</returns>
    /// <exception cref="ConversionException">An operator demands something that the graph does not give; every reason is listed.</exception>
    public static ConversionResult Convert(ModelGraph graph, byte[] sourceHash, ConversionOptions options, LayerReplacement? replacement = null)
    {
        graph.CheckSize();
        ProblemList problems = new();
        if (FloatGraph.Is(graph)) graph = Quantized(graph, problems);
        foreach (Operator op in graph.Operators) op.Check(problems);
        problems.ThrowIfAny(graph.Name);
        List<string> plans = [];
        if (options.TimePadding != TimePadding.Keep) graph = StreamedModel.WithoutPadding(graph, options.TimePadding, options.TimeAxis, plans);
        StreamedModel? streamed = options.Streaming is { } streaming ? StreamedModel.Of(graph, streaming.Hop, options.TimeAxis) : null;
        if (streamed is not null) graph = streamed.Graph;

        PassPipeline.Run(graph, options.WeightBuffer is > 0 and { } buffer ? buffer - BlobFormat.BytesTail : int.MaxValue);
        replacement?.Apply(graph);
        CompiledLayer[] layers = replacement?.Layers ?? [];
        PatchPlan patches = PatchSearch.Fit(graph, options.ArenaLimit, options.ScratchBytes ?? streamed?.ScratchBytes);
        graph = patches.Graph;
        Packer packer = Pack(graph, patches.ScratchBytes, options);
        ArenaPlan plan = ArenaLayout.Apply(packer);

        List<KeyValuePair<int, byte[]>> metadata =
        [
            new(MetadataTag.Source, [.. sourceHash, .. Encoding.UTF8.GetBytes(graph.Name)]),
            new(MetadataTag.Tool, Encoding.UTF8.GetBytes($"EdgeInfer {typeof(ModelConverter).Assembly.GetName().Version!.ToString(3)}")),
        ];
        plans.AddRange([.. streamed?.Explain() ?? [], .. patches.Describe(graph, options.ArenaLimit), .. WeightStream.Describe(packer)]);
        if (plans.Count > 0) metadata.Add(new(MetadataTag.Plan, Encoding.UTF8.GetBytes(string.Join('\n', plans))));
        if (options.Labels.Count > 0)
        {
            metadata.Add(new(MetadataTag.Labels, Encoding.UTF8.GetBytes(string.Concat(options.Labels.Select(l => l + '\0')))));
        }

        if (options.FrontEnd is not null) metadata.AddRange(Listening(graph, options.FrontEnd, options));
        if (streamed is not null) metadata.Add(new(MetadataTag.Streaming, streamed.WriteChunk()));
        if (options.Recipe is { } recipe) metadata.Add(new(MetadataTag.Recipe, Encoding.UTF8.GetBytes(recipe)));
        if (options.KeepNames && PortNames.AreNeededBy(graph)) metadata.Add(new(MetadataTag.Ports, PortNames.Write(graph)));
        if (options.KeepNames) metadata.Add(new(MetadataTag.Operators, OperatorNames.Write(packer)));
        byte[] blob = BlobWriter.Write(packer, metadata);
        if (options.SelfTestFrames > 0)
        {
            metadata.Add(new(MetadataTag.SelfTest, replacement?.SelfTest ?? SelfTestWriter.Create(ProvenModel.Load(blob, [], packer, graph.Name), options.SelfTestFrames)));
            blob = BlobWriter.Write(packer, metadata);
        }

        // The runtime's own verifier has the last word on everything that leaves here.
        ConversionResult result = new(blob, ProvenModel.Load(blob, layers, packer, graph.Name), graph, packer, plan) { Streaming = streamed };
        return streamed is null || replacement is not null ? result : Prove(result, sourceHash);
    }

    /// <summary>Converts the windowed model, too, and holds the streamed one against it. Generated code is held against the streamed model elsewhere.</summary>
    private static ConversionResult Prove(ConversionResult result, byte[] sourceHash)
    {
        StreamedModel streamed = result.Streaming!;
        Model windowed = Convert(streamed.Windowed, sourceHash, new ConversionOptions { KeepNames = false, SelfTestFrames = 0 }).Model;
        return result with { Windowed = windowed, CheckedInferences = streamed.Check(windowed, result.Model).OnRandomFrames() };
    }

    /// <summary>What a model listens to, and what is made of what it says.</summary>
    private static KeyValuePair<int, byte[]>[] Listening(ModelGraph graph, FrontEndConfiguration configuration, ConversionOptions options)
    {
        byte[] frontEnd = configuration.WriteChunk();
        bool isStateful = graph.Operators.Any(op => op.Inputs.Concat(op.Outputs).Any(tensor => tensor is { Storage.IsVariable: true }));
        byte[] detector = options.Detector.WriteChunk(FrontEnd.Create(frontEnd), graph.Inputs[0].Count, isStateful, options.Labels, graph.Outputs[0].Count);
        return [new(MetadataTag.FrontEnd, frontEnd), new(MetadataTag.Detector, detector)];
    }

    /// <summary>A graph of floats can be converted where it says how it is to be quantized.</summary>
    private static ModelGraph Quantized(ModelGraph graph, ProblemList problems)
    {
        PassPipeline.Simplify(graph);
        FunctionFusing.Run(graph, t => t.Quantization is { Bits: 16 });
        if (!FloatGraph.HasQuantization(graph))
        {
            problems.Add("the model", $"its {graph.Operators.Count} operators compute in floats (it is not quantized)", "Quantize it with sample data: edgeinfer quantize MODEL --data FOLDER", ErrorCode.FloatModel);
            problems.ThrowIfAny(graph.Name);
        }

        return GraphQuantizer.Quantize(graph);
    }

    private static Packer Pack(ModelGraph graph, int scratchBytes, ConversionOptions options)
    {
        int? buffer = options.WeightBuffer;
        if (buffer == 0) buffer = WeightStream.SmallestBuffer(Packer.Pack(graph, scratchBytes, options.PackWeights, int.MaxValue));
        return Packer.Pack(graph, scratchBytes, options.PackWeights, buffer);
    }
}
