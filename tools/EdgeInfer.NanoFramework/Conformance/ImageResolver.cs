using Mono.Cecil;

namespace EdgeInfer.NanoFramework;

/// <summary>Resolves references to nanoFramework's libraries and to device assemblies from memory.</summary>
internal sealed class ImageResolver : IAssemblyResolver
{
    private readonly Dictionary<string, AssemblyDefinition> _assemblies = [];

    public ImageResolver(IEnumerable<byte[]> deviceImages)
    {
        foreach (var image in deviceImages)
        {
            var assembly = Read(image);
            _assemblies[assembly.Name.Name] = assembly;
        }
    }

    public AssemblyDefinition Resolve(AssemblyNameReference name)
    {
        if (!_assemblies.TryGetValue(name.Name, out var assembly))
            _assemblies.Add(name.Name, assembly = Read(NanoSurface.GetReferenceImage(name.Name)));

        return assembly;
    }

    public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters) => Resolve(name);

    public void Dispose()
    {
        foreach (var assembly in _assemblies.Values)
            assembly.Dispose();
    }

    private AssemblyDefinition Read(byte[] image) =>
        AssemblyDefinition.ReadAssembly(new MemoryStream(image), new ReaderParameters { AssemblyResolver = this });
}
