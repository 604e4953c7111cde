using System.Xml.Linq;

namespace EdgeInfer.NanoFramework;

/// <summary>What a device library's project folder says of it.</summary>
/// <param name="AssemblyName">Name of the assembly.</param>
/// <param name="SourceFiles">Every C# file of the folder, in a fixed order.</param>
/// <param name="ProjectReferences">Paths of the device projects it references.</param>
/// <param name="Libraries">nanoFramework libraries that its packages.config names; none where there is no such file.</param>
public sealed record DeviceProject(
    string AssemblyName,
    IReadOnlyList<string> SourceFiles,
    IReadOnlyList<string> ProjectReferences,
    IReadOnlyList<string> Libraries)
{
    /// <summary>Reads the project's folder.</summary>
    /// <param name="projectPath">Path of the .csproj or .nfproj.</param>
    public static DeviceProject Load(string projectPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(projectPath))!;
        var xml = XDocument.Load(projectPath);
        var name = Named(xml, "AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(projectPath);
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !IsBuildOutput(Path.GetRelativePath(folder, path)))
            .Order(StringComparer.Ordinal);
        var references = Named(xml, "ProjectReference")
            .Select(element => Path.GetFullPath(Path.Combine(folder, element.Attribute("Include")!.Value.Replace('\\', '/'))));
        return new DeviceProject(name, [.. sources], [.. references], [.. ReadLibraries(Path.Combine(folder, "packages.config"))]);
    }

    /// <summary>The projects it references and those they reference, each once.</summary>
    public IEnumerable<string> AllReferences() =>
        ProjectReferences.SelectMany(path => Load(path).AllReferences().Append(path)).Distinct();

    /// <summary>Elements of that name in whatever namespace: a .nfproj has one, a .csproj has none.</summary>
    private static IEnumerable<XElement> Named(XDocument project, string name) =>
        project.Descendants().Where(element => element.Name.LocalName == name);

    private static bool IsBuildOutput(string relativePath) =>
        relativePath.Split(Path.DirectorySeparatorChar)[0] is "bin" or "obj" or "packages";

    private static IEnumerable<string> ReadLibraries(string packagesConfig)
    {
        if (!File.Exists(packagesConfig))
            return [];

        // A package is named after its assembly, mostly with a prefix: nanoFramework.System.Device.Gpio.
        var packages = XDocument.Load(packagesConfig).Descendants("package").Select(element => element.Attribute("id")!.Value).ToHashSet();
        return NanoSurface.Libraries.Where(library => packages.Contains(library) || packages.Contains("nanoFramework." + library));
    }
}
