using Mono.Cecil;
using Mono.Cecil.Rocks;
using Xunit.Abstractions;

namespace EdgeInfer.NanoFramework.Tests;

/// <summary>The device libraries of this repository, and the plain kernels, which are only measured but must be priced alike.</summary>
public class DeviceLibraryTests(ITestOutputHelper output)
{
    /// <summary>Bytes of IL that a library keeps free, so that a change of it never ends at the limit.</summary>
    private const int Room = 4096;

    public static TheoryData<string> Projects
    {
        get
        {
            var libraries = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
            return [.. libraries.Append(Path.Combine(Repository.Root, "tools", "EdgeInfer.PlainKernels", "EdgeInfer.PlainKernels.csproj"))
                .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Conforms_to_nanoFramework(string project)
    {
        var result = NanoConformance.CheckProject(Path.Combine(Repository.Root, project));
        Assert.True(result.Violations.Count == 0, string.Join('\n', result.Violations));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_instruction_has_a_price(string project)
    {
        var path = Path.Combine(Repository.Root, project);
        var references = DeviceProject.Load(path).AllReferences().Select(reference => NanoConformance.CheckProject(reference).Image!);
        using var meter = InstrumentedAssembly.Load(NanoConformance.CheckProject(path).Image!, [.. references]);
        Assert.Equal(0, meter.Snapshot().IlInstructions);
    }

    /// <summary>The meter runs the host build; its figures are the device's only if both are the same IL.</summary>
    [Fact]
    public void The_host_build_has_the_IL_of_the_device()
    {
        foreach (var assembly in DeviceLibraries.Assemblies)
        {
            var name = assembly.GetName().Name!;
            var device = NanoConformance.CheckProject(Path.Combine(Repository.Root, "src", name, name + ".csproj")).Image!;
            Assert.Equal(Opcodes(device), Opcodes(File.ReadAllBytes(assembly.Location)));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Has_room_to_grow(string project)
    {
        var bytes = DeviceIl.BytesOf(NanoConformance.CheckProject(Path.Combine(Repository.Root, project)).Image!);
        output.WriteLine($"{project}: {bytes} bytes of IL on the device, {DeviceIl.Limit - bytes} below the limit");
        Assert.True(bytes <= DeviceIl.Limit - Room, $"{project} has {bytes} bytes of IL of at most {DeviceIl.Limit - Room}: move a family of operators to an optional library, see docs/device-projects.md.");
    }

    private static string[] Opcodes(byte[] image)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image));
        return module.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .Select(method => $"{method.FullName}: {string.Join(' ', method.Body.Instructions.Select(each => each.OpCode.Name))}")
            .Order(StringComparer.Ordinal).ToArray();
    }
}
