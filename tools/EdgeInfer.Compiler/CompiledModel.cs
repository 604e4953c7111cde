using EdgeInfer.Compiler.Projects;
using EdgeInfer.Converter;

namespace EdgeInfer.Compiler;

/// <summary>A model some of whose layers are code.</summary>
/// <param name="Name">Name of its class.</param>
/// <param name="Interpreted">The same model without code.</param>
/// <param name="Conversion">The blob that goes with the code.</param>
/// <param name="Files">Projects for the device, by path.</param>
/// <param name="Assemblies">Names of the assemblies, the one with the model's class first.</param>
/// <param name="HasBlob">Whether the class has the blob in it.</param>
/// <param name="Layers">Every operator, interpreted and compiled.</param>
public sealed record CompiledModel(
    string Name,
    ConversionResult Interpreted,
    ConversionResult Conversion,
    IReadOnlyList<GeneratedFile> Files,
    IReadOnlyList<string> Assemblies,
    bool HasBlob,
    IReadOnlyList<CompiledLayerReport> Layers)
{
    /// <summary>Device libraries that the classes refer to.</summary>
    public IReadOnlyList<string> Libraries => DeviceLibraries.NeededBy(Conversion.Model);

    /// <summary>All classes, compiled for this machine in one assembly.</summary>
    internal byte[] HostImage { get; init; } = [];
}
