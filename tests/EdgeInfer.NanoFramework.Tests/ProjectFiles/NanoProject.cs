using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EdgeInfer.NanoFramework.Tests.ProjectFiles;

/// <summary>A reference of a device project: the assembly it names and the package its path leads into.</summary>
internal sealed record NanoReference(string Assembly, string Version, string Package, string PackageVersion, string File);

/// <summary>What a .nfproj and the files beside it say.</summary>
internal sealed partial class NanoProject
{
    private readonly XDocument _xml;

    public NanoProject(string path)
    {
        Path = path;
        Folder = System.IO.Path.GetDirectoryName(path)!;
        _xml = XDocument.Load(path);
    }

    /// <summary>Every device project of the repository, as paths relative to its root.</summary>
    public static IEnumerable<string> All =>
        new[] { "src", "firmware", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, folder), "*.nfproj", SearchOption.AllDirectories))
            .Select(path => System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public string Path { get; }

    public string Folder { get; }

    public string ProjectTypes => Value("ProjectTypeGuids");

    public string AssemblyName => Value("AssemblyName");

    public string ProjectGuid => Value("ProjectGuid");

    public string TargetFrameworkVersion => Value("TargetFrameworkVersion");

    public IEnumerable<string> Imports => Elements("Import").Select(import => import.Attribute("Project")!.Value);

    /// <summary>Files that the project compiles, with forward slashes.</summary>
    public IReadOnlyList<string> CompiledFiles => [.. Includes("Compile")];

    /// <summary>Files and projects that the project names beside what it compiles.</summary>
    public IEnumerable<string> OtherFiles => Includes("None").Concat(Includes("EmbeddedResource")).Concat(Includes("ProjectReference"));

    /// <summary>The C# files of the folder, with forward slashes.</summary>
    public IReadOnlyList<string> SourceFiles =>
    [
        .. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Folder, path).Replace('\\', '/'))
            .Where(path => path.Split('/')[0] is not ("bin" or "obj")),
    ];

    public IReadOnlyList<NanoReference> References =>
    [
        .. Elements("Reference").Select(reference =>
        {
            var identity = IdentityPattern().Match(reference.Attribute("Include")!.Value);
            var hint = reference.Elements().SingleOrDefault(child => child.Name.LocalName == "HintPath")?.Value ?? "";
            var path = HintPattern().Match(hint);
            Assert.True(identity.Success, $"{Path}: '{reference.Attribute("Include")!.Value}' is no full assembly name.");
            Assert.True(path.Success, $"{Path}: '{hint}' is no path into the packages folder of the repository.");
            return new NanoReference(
                identity.Groups["name"].Value,
                identity.Groups["version"].Value,
                path.Groups["package"].Value,
                path.Groups["version"].Value,
                path.Groups["file"].Value);
        }),
    ];

    /// <summary>Packages that the given element of a file names, with their versions.</summary>
    public static IReadOnlyDictionary<string, string> Packages(string file, string element, string name, string version) =>
        XDocument.Load(file).Descendants().Where(each => each.Name.LocalName == element)
            .ToDictionary(each => each.Attribute(name)!.Value, each => each.Attribute(version)!.Value);

    private string Value(string property) => Elements(property).Single().Value;

    private IEnumerable<XElement> Elements(string name) => _xml.Descendants().Where(each => each.Name.LocalName == name);

    private IEnumerable<string> Includes(string item) => Elements(item).Select(each => each.Attribute("Include")!.Value.Replace('\\', '/'));

    [GeneratedRegex(@"^(?<name>[\w.]+), Version=(?<version>[\d.]+), Culture=neutral, PublicKeyToken=c07d481e9758c731$")]
    private static partial Regex IdentityPattern();

    [GeneratedRegex(@"^\.\.\\\.\.\\packages\\(?<package>[A-Za-z][\w.]*?)\.(?<version>\d[\d.]*)\\lib\\(?<file>[\w.]+)$")]
    private static partial Regex HintPattern();
}
