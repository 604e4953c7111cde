using System.Security.Cryptography;
using System.Text;

namespace EdgeInfer.Compiler.Projects;

/// <summary>Writes nanoFramework projects, in the shape that the project system expects.</summary>
internal static class DeviceProjectWriter
{
    private const string CoreLibraryVersion = "1.17.11";

    private static string RuntimeVersion => typeof(Model).Assembly.GetName().Version!.ToString(3);

    /// <summary>Writes the files of a library project.</summary>
    /// <param name="name">Name of project, folder and assembly.</param>
    /// <param name="classes">Its classes, each in a file of its own.</param>
    /// <param name="references">Names of the projects beside it that it refers to.</param>
    /// <param name="libraries">Device libraries of EdgeInfer that it refers to.</param>
    /// <returns>The files.</returns>
    public static IEnumerable<GeneratedFile> Write(string name, IReadOnlyList<CodeClass> classes, IReadOnlyList<string> references, IReadOnlyList<string> libraries)
    {
        yield return Text(name, name + ".nfproj", Project(name, classes.Select(c => c.Name + ".cs"), references, libraries));
        yield return Text(name, "packages.config", Packages(libraries));
        yield return Text(name, "Properties/AssemblyInfo.cs", $"""
            using System.Reflection;

            [assembly: AssemblyTitle("{name}")]
            [assembly: AssemblyVersion("1.0.0.0")]

            """);
        foreach (CodeClass each in classes) yield return Text(name, each.Name + ".cs", each.Source);
    }

    private static GeneratedFile Text(string folder, string file, string content) => new($"{folder}/{file}", Encoding.UTF8.GetBytes(content));

    private static string Project(string name, IEnumerable<string> sources, IReadOnlyList<string> references, IReadOnlyList<string> libraries) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <Project ToolsVersion="Current" DefaultTargets="Build" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
          <PropertyGroup Label="Globals">
            <NanoFrameworkProjectSystemPath>$(MSBuildExtensionsPath)\nanoFramework\v1.0\</NanoFrameworkProjectSystemPath>
          </PropertyGroup>
          <Import Project="$(NanoFrameworkProjectSystemPath)NFProjectSystem.Default.props" Condition="Exists('$(NanoFrameworkProjectSystemPath)NFProjectSystem.Default.props')" />
          <PropertyGroup>
            <Configuration Condition=" '$(Configuration)' == '' ">Release</Configuration>
            <Platform Condition=" '$(Platform)' == '' ">AnyCPU</Platform>
            <ProjectTypeGuids>{"{11A8DD76-328B-46DF-9F39-F559912D0360};{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}"}</ProjectTypeGuids>
            <ProjectGuid>{IdentifierOf(name)}</ProjectGuid>
            <OutputType>Library</OutputType>
            <AppDesignerFolder>Properties</AppDesignerFolder>
            <FileAlignment>512</FileAlignment>
            <RootNamespace>{name}</RootNamespace>
            <AssemblyName>{name}</AssemblyName>
            <TargetFrameworkVersion>v1.0</TargetFrameworkVersion>
            <LangVersion>9.0</LangVersion>
            <Deterministic>true</Deterministic>
            <Optimize>true</Optimize>
          </PropertyGroup>
          <Import Project="$(NanoFrameworkProjectSystemPath)NFProjectSystem.props" Condition="Exists('$(NanoFrameworkProjectSystemPath)NFProjectSystem.props')" />
          <ItemGroup>
        {Lines(sources.Append(@"Properties\AssemblyInfo.cs").Select(s => $"<Compile Include=\"{s}\" />"))}  </ItemGroup>
          <ItemGroup>
            <None Include="packages.config" />
          </ItemGroup>
          <ItemGroup>
            <Reference Include="mscorlib, Version={CoreLibraryVersion}.0, Culture=neutral, PublicKeyToken=c07d481e9758c731">
              <HintPath>..\packages\nanoFramework.CoreLibrary.{CoreLibraryVersion}\lib\mscorlib.dll</HintPath>
            </Reference>
        {Lines(libraries.SelectMany(each => new[] { $"<Reference Include=\"{each}\">", $"  <HintPath>..\\packages\\{each}.{RuntimeVersion}\\lib\\{each}.dll</HintPath>", "</Reference>" }))}  </ItemGroup>
        {(references.Count > 0 ? $"  <ItemGroup>\n{Lines(references.Select(r => $"<ProjectReference Include=\"..\\{r}\\{r}.nfproj\" />"))}  </ItemGroup>\n" : string.Empty)}  <Import Project="$(NanoFrameworkProjectSystemPath)NFProjectSystem.CSharp.targets" Condition="Exists('$(NanoFrameworkProjectSystemPath)NFProjectSystem.CSharp.targets')" />
          <ProjectExtensions>
            <ProjectCapabilities>
              <ProjectConfigurationsDeclaredAsItems />
            </ProjectCapabilities>
          </ProjectExtensions>
        </Project>

        """;

    private static string Packages(IReadOnlyList<string> libraries) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <packages>
        {string.Concat(libraries.Select(each => $"  <package id=\"{each}\" version=\"{RuntimeVersion}\" targetFramework=\"netnano1.0\" />\n"))}  <package id="nanoFramework.CoreLibrary" version="{CoreLibraryVersion}" targetFramework="netnano1.0" />
        </packages>

        """;

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(l => $"    {l}\n"));

    /// <summary>The same for the same name, so that generating again does not make another project of it.</summary>
    private static string IdentifierOf(string name) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("EdgeInfer.Compiled." + name)).AsSpan(0, 16)).ToString("B").ToUpperInvariant();
}
