using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace EdgeInfer.NanoFramework;

/// <summary>A device source file.</summary>
/// <param name="Path">Path as violations shall name it.</param>
/// <param name="Text">Contents.</param>
public sealed record DeviceSource(string Path, string Text)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of a C# file.</param>
    public static DeviceSource FromFile(string path) => new(path, File.ReadAllText(path));
}

/// <summary>What to hold against nanoFramework.</summary>
/// <param name="AssemblyName">Name of the device assembly.</param>
/// <param name="Sources">All its sources.</param>
public sealed record ConformanceRequest(string AssemblyName, IReadOnlyList<DeviceSource> Sources)
{
    /// <summary>Libraries the assembly may use beside the core library; all listed ones by default.</summary>
    public IReadOnlyCollection<string> Libraries { get; init; } = NanoSurface.Libraries;

    /// <summary>Images of other device assemblies it references, as an earlier check returned them.</summary>
    public IReadOnlyList<byte[]> References { get; init; } = [];

    /// <summary>Preprocessor symbols.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];
}

/// <summary>Outcome of a check.</summary>
/// <param name="Violations">Every violation found, by file and line; empty where the assembly conforms.</param>
/// <param name="Image">The assembly compiled against nanoFramework's surface; null where it does not compile.</param>
/// <param name="Pdb">Its portable symbols; null where it does not compile.</param>
public sealed record ConformanceResult(IReadOnlyList<Violation> Violations, byte[]? Image, byte[]? Pdb);

/// <summary>
/// Holds device code against what real nanoFramework 1.x offers: the sources are compiled against reference
/// assemblies made of its surface listings and nothing else, and the IL that results is searched for what
/// compiles but does not run there.
/// </summary>
public static class NanoConformance
{
    /// <summary>Checks an assembly given as sources.</summary>
    /// <param name="request">Sources, libraries and references.</param>
    public static ConformanceResult Check(ConformanceRequest request)
    {
        var compilation = Compile(request);
        using var image = new MemoryStream();
        using var pdb = new MemoryStream();
        var emitted = compilation.Emit(image, pdb, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!emitted.Success)
            return new ConformanceResult(Ordered(emitted.Diagnostics.Where(IsError).Select(CompileError)), null, null);

        var (imageBytes, pdbBytes) = (image.ToArray(), pdb.ToArray());
        var violations = ArrayReinterpretationCheck.Run(compilation)
            .Concat(IlCheck.Run(imageBytes, pdbBytes, request.References, compilation));
        return new ConformanceResult(Ordered(violations), imageBytes, pdbBytes);
    }

    /// <summary>Checks a device assembly by its project: its sources, the packages it names, and the device libraries it references.</summary>
    /// <param name="projectPath">Path of the .csproj or .nfproj.</param>
    /// <returns>The project's own violations; those of the libraries it references are not repeated.</returns>
    /// <exception cref="InvalidOperationException">A referenced device library does not compile against nanoFramework.</exception>
    public static ConformanceResult CheckProject(string projectPath)
    {
        var project = DeviceProject.Load(projectPath);
        var references = project.AllReferences().Select(path => CheckProject(path).Image
            ?? throw new InvalidOperationException($"{path} does not compile against nanoFramework; check it first.")).ToArray();
        return Check(new ConformanceRequest(project.AssemblyName, [.. project.SourceFiles.Select(DeviceSource.FromFile)])
        {
            Libraries = project.Libraries,
            References = references,
        });
    }

    private static CSharpCompilation Compile(ConformanceRequest request)
    {
        var parse = new CSharpParseOptions(LanguageVersion.CSharp9, DocumentationMode.None, preprocessorSymbols: request.Symbols);
        // Without an encoding the compiler writes no symbols.
        var trees = request.Sources.Select(source => CSharpSyntaxTree.ParseText(
            SourceText.From(source.Text, System.Text.Encoding.UTF8), parse, source.Path));
        var references = NanoSurface.References(request.Libraries)
            .Concat(request.References.Select(image => MetadataReference.CreateFromImage(image)));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            // Pointers are let through here, so that the IL rule can say what is wrong with them.
            allowUnsafe: true,
            deterministic: true);
        return CSharpCompilation.Create(request.AssemblyName, trees, references, options);
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    private static Violation CompileError(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        var text = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).TrimEnd('.');
        return new Violation(
            NanoRules.Surface,
            span.Path ?? "",
            span.IsValid ? span.StartLinePosition.Line + 1 : 0,
            $"{diagnostic.Id}: {text}.",
            NanoRules.Advice(NanoRules.Surface));
    }

    private static Violation[] Ordered(IEnumerable<Violation> violations) =>
        [.. violations.OrderBy(each => each.File, StringComparer.Ordinal).ThenBy(each => each.Line).ThenBy(each => each.Rule, StringComparer.Ordinal)];
}
