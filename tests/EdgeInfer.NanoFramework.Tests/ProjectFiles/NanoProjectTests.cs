using System.Xml.Linq;

namespace EdgeInfer.NanoFramework.Tests.ProjectFiles;

/// <summary>
/// The device projects (.nfproj) are built where the nanoFramework extension is; these tests keep them in step with the
/// sources and with each other where it is not.
/// </summary>
public class NanoProjectTests
{
    private const string SharedProperties = "nf.proj.props";

    /// <summary>Targets that come with a package, such as those of the test framework.</summary>
    private const string RestoredPackages = @"..\..\packages\";
    private const string NanoProjectTypes = "{11A8DD76-328B-46DF-9F39-F559912D0360};{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}";

    public static TheoryData<string> Projects => [.. NanoProject.All];

    [Fact]
    public void There_is_a_device_project_for_each_host_project_of_src()
    {
        var hosts = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).ToArray();
        Assert.NotEmpty(hosts);
        Assert.All(hosts, host => Assert.True(File.Exists(Path.ChangeExtension(host, ".nfproj")), $"{host} has no .nfproj beside it."));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Compiles_every_source_file_of_its_folder_once(string path)
    {
        var project = Load(path);
        var missing = project.SourceFiles.Except(project.CompiledFiles).Order(StringComparer.Ordinal)
            .Select(file => $"  add:    <Compile Include=\"{file.Replace('/', '\\')}\" />");
        var gone = project.CompiledFiles.Except(project.SourceFiles).Select(file => $"  remove: {file} (no such file)");
        var twice = project.CompiledFiles.GroupBy(file => file).Where(group => group.Count() > 1).Select(group => $"  remove: {group.Key} (listed twice)");
        var changes = missing.Concat(gone).Concat(twice).ToArray();
        Assert.True(changes.Length == 0, $"{path} does not list the sources of its folder:\n{string.Join('\n', changes)}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Names_only_files_that_are_there(string path)
    {
        var project = Load(path);
        Assert.All(project.OtherFiles, file => Assert.True(File.Exists(Path.Combine(project.Folder, file)), $"{path} names {file}, which is not there."));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Conforms_to_nanoFramework(string path)
    {
        var result = NanoConformance.CheckProject(Path.Combine(Repository.Root, path));
        Assert.True(result.Violations.Count == 0, string.Join('\n', result.Violations));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Is_a_project_of_the_nanoFramework_project_system(string path)
    {
        var project = Load(path);
        Assert.Equal(NanoProjectTypes, project.ProjectTypes);
        Assert.Equal("v1.0", project.TargetFrameworkVersion);
        Assert.Equal(
            [
                @"$(NanoFrameworkProjectSystemPath)NFProjectSystem.Default.props",
                @"$(NanoFrameworkProjectSystemPath)NFProjectSystem.props",
                @"..\..\" + SharedProperties,
                @"$(NanoFrameworkProjectSystemPath)NFProjectSystem.CSharp.targets",
            ],
            project.Imports.Where(import => !import.StartsWith(RestoredPackages, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_the_packages_that_it_restores(string path)
    {
        var project = Load(path);
        var restored = NanoProject.Packages(Path.Combine(project.Folder, "packages.config"), "package", "id", "version");
        Assert.Equal(
            restored.Select(each => $"{each.Key} {each.Value}").Order(StringComparer.Ordinal),
            project.References.Select(reference => $"{reference.Package} {reference.PackageVersion}").Distinct().Order(StringComparer.Ordinal));
        Assert.All(project.References, reference =>
        {
            Assert.Equal(reference.Assembly, Path.GetFileNameWithoutExtension(reference.File));
            if (reference.Version != "0.0.0.0") Assert.Equal(reference.PackageVersion + ".0", reference.Version);
        });
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Takes_the_package_versions_of_the_repository(string path)
    {
        var common = NanoProject.Packages(Path.Combine(Repository.Root, SharedProperties), "NanoFrameworkPackage", "Include", "Version");
        var project = Load(path);
        var named = NanoProject.Packages(Path.Combine(project.Folder, "packages.config"), "package", "id", "version").ToList();
        foreach (var nuspec in Directory.EnumerateFiles(project.Folder, "*.nuspec"))
            named.AddRange(NanoProject.Packages(nuspec, "dependency", "id", "version").Where(package => !IsOurs(package.Key)));

        Assert.All(named, package => Assert.Equal(package.Value, common.GetValueOrDefault(package.Key, $"not listed in {SharedProperties}")));
    }

    [Fact]
    public void Project_guids_are_distinct_and_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "EdgeInfer.sln"));
        var guids = NanoProject.All.Select(path => Load(path).ProjectGuid.ToUpperInvariant()).ToArray();
        Assert.Distinct(guids);
        Assert.All(guids, guid => Assert.Contains(guid, solution, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("EdgeInfer")]
    [InlineData("EdgeInfer.Audio")]
    [InlineData("EdgeInfer.Axis")]
    [InlineData("EdgeInfer.Compiled")]
    [InlineData("EdgeInfer.FourBit")]
    [InlineData("EdgeInfer.Elementwise")]
    [InlineData("EdgeInfer.Int16")]
    [InlineData("EdgeInfer.Native")]
    [InlineData("EdgeInfer.Recurrent")]
    public void The_package_of_a_library_ships_what_the_device_build_makes(string library)
    {
        var folder = Path.Combine(Repository.Root, "src", library);
        var files = XDocument.Load(Path.Combine(folder, library + ".nuspec")).Descendants().Where(each => each.Name.LocalName == "file")
            .Select(each => each.Attribute("src")!.Value).ToArray();
        Assert.Equal(
            new[] { "dll", "pdb", "pdbx", "pe", "xml" }.Select(extension => $@"bin\Release\{library}.{extension}"),
            files.Where(file => file.StartsWith(@"bin\", StringComparison.Ordinal)));
        Assert.All(files.Where(file => !file.StartsWith(@"bin\", StringComparison.Ordinal)), file => Assert.True(File.Exists(Path.Combine(folder, file))));
    }

    /// <summary>Packages of this repository, which are versioned together.</summary>
    private static bool IsOurs(string package) => File.Exists(Path.Combine(Repository.Root, "src", package, package + ".nuspec"));

    private static NanoProject Load(string path) => new(Path.Combine(Repository.Root, path));
}
