using EdgeInfer.Compiler.Layers;
using EdgeInfer.Compiler.Projects;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Compiler.Code;

/// <summary>The classes of a compiled model, and the blob that goes with them.</summary>
internal sealed class GeneratedCode
{
    /// <summary>A blob up to this length becomes part of the code; an assembly holds less than 64 KB of constant arrays.</summary>
    private const int LargestBlobInCode = 60_000;

    private readonly LayerCode[] _layers;

    private GeneratedCode(string name, LayerCode[] layers, ConversionResult conversion, ClassWriter writer)
    {
        _layers = layers;
        Conversion = conversion;
        ClassName = $"{ClassNames.Namespace}.{name}";
        Libraries = DeviceLibraries.NeededBy(conversion.Model);
        HasBlob = conversion.Blob.Length <= LargestBlobInCode;
        (string Name, string Source)[] parts = [.. layers.SelectMany((code, slot) => code.Methods.Select((method, part) => (ClassNames.Part(slot, part), writer.Part(slot, part, method))))];
        (string Name, string Source)[] main =
        [
            (name, writer.Model(layers.Length, Libraries, HasBlob ? conversion.Blob : null)),
            .. layers.Select((code, slot) => (ClassNames.Layer(slot), writer.Layer(slot, code))),
        ];
        Build = HostBuild.Compile(name, parts.Concat(main).Select(p => p.Source));
        Parts = [.. parts.Select(p => new CodeClass(p.Name, p.Source, Build.BytesOf(p.Name)))];
        Main = [.. main.Select(p => new CodeClass(p.Name, p.Source, Build.BytesOf(p.Name)))];
    }

    /// <summary>The blob without the weights of compiled layers.</summary>
    public ConversionResult Conversion { get; }

    /// <summary>Full name of the model's class.</summary>
    public string ClassName { get; }

    /// <summary>Device libraries with operators of the model.</summary>
    public IReadOnlyList<string> Libraries { get; }

    /// <summary>Whether the model's class has the blob in it.</summary>
    public bool HasBlob { get; }

    /// <summary>The classes that hold the layers' methods.</summary>
    public IReadOnlyList<CodeClass> Parts { get; }

    /// <summary>The model's class and those of its layers.</summary>
    public IReadOnlyList<CodeClass> Main { get; }

    /// <summary>All of them, compiled for this machine.</summary>
    public HostBuild Build { get; }

    /// <summary>Writes the classes, and has the model converted again without what they hold.</summary>
    /// <param name="interpreted">The model without code.</param>
    /// <param name="name">Name of its class.</param>
    /// <param name="source">Name of what it comes from.</param>
    /// <param name="layers">Code of the layers to be replaced, by slot.</param>
    /// <param name="convert">Converts the same model with layers replaced.</param>
    public static GeneratedCode Write(ConversionResult interpreted, string name, string source, LayerCode[] layers, Func<LayerReplacement, ConversionResult> convert)
    {
        LayerReplacement replacement = new(
            graph => Replace(graph, interpreted.Graph, layers), [.. layers.Select(c => new DeclaredLayer(c))], interpreted.Model.ReadMetadata(SelfTest.Tag));
        return new GeneratedCode(name, layers, convert(replacement), new ClassWriter(name, source));
    }

    /// <summary>Bytes of IL of a layer.</summary>
    /// <param name="slot">Its slot.</param>
    public int BytesOf(int slot) =>
        Build.BytesOf(ClassNames.Layer(slot)) + Enumerable.Range(0, _layers[slot].Methods.Count).Sum(part => Build.BytesOf(ClassNames.Part(slot, part)));

    /// <summary>The same passes over the same model give the same operators, so that they correspond by their place in the graph.</summary>
    private static void Replace(ModelGraph graph, ModelGraph interpreted, LayerCode[] layers)
    {
        for (int slot = 0; slot < layers.Length; slot++)
        {
            int place = interpreted.Operators.IndexOf(layers[slot].Layer.Source);
            MatrixLayer layer = LayerReader.Read(graph.Operators[place])!;
            graph.Operators[place] = new CompiledOperator(layer, slot, layers[slot].Checksum) { Label = layer.Source.Label };
        }
    }
}
