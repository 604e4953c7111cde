using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace EdgeInfer.Compiler.Code;

/// <summary>
/// Generated classes compiled for this machine, all in one assembly. The IL of their methods is that of the device, so that it
/// is what sizes are taken from, what is measured and what is held against the interpreter.
/// </summary>
internal sealed class HostBuild
{
    private readonly Dictionary<string, int> _bytes;

    private HostBuild(byte[] image)
    {
        Image = image;
        using ModuleDefinition module = ModuleDefinition.ReadModule(new MemoryStream(image));
        _bytes = module.GetAllTypes().ToDictionary(t => t.Name, t => t.Methods.Where(m => m.HasBody).Sum(m => m.Body.CodeSize));
    }

    /// <summary>The assembly.</summary>
    public byte[] Image { get; }

    /// <summary>Bytes of IL in a class.</summary>
    /// <param name="name">Its name without namespace.</param>
    public int BytesOf(string name) => _bytes[name];

    /// <summary>Compiles sources as the device's compiler does: C# 9, optimized.</summary>
    /// <param name="name">Name of the assembly.</param>
    /// <param name="sources">The sources.</param>
    /// <exception cref="InvalidOperationException">They do not compile, which is an error of the generator.</exception>
    public static HostBuild Compile(string name, IEnumerable<string> sources)
    {
        CSharpParseOptions parse = new(LanguageVersion.CSharp9, DocumentationMode.None);
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            name,
            sources.Select(s => CSharpSyntaxTree.ParseText(s, parse)),
            [
                MetadataReference.CreateFromFile(typeof(object).Assembly.Location),
                MetadataReference.CreateFromFile(Path.Combine(runtime, "System.Runtime.dll")),
                .. DeviceLibraries.Assemblies.Select(each => MetadataReference.CreateFromFile(each.Location)),
            ],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, deterministic: true));
        using MemoryStream image = new();
        var emitted = compilation.Emit(image);
        if (!emitted.Success) throw new InvalidOperationException(string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));

        return new HostBuild(image.ToArray());
    }
}
