namespace EdgeInfer.NanoFramework.Tests;

public sealed class DeviceProjectTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgeinfer-device-project").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Follows_references_and_packages()
    {
        Write("Core/Core.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        Write("Core/Core.cs", "public class Core { public static int One() => 1; }");
        Write("Core/obj/Generated.cs", "this is no C#");
        Write("Pins/Pins.csproj", "<Project><PropertyGroup><AssemblyName>My.Pins</AssemblyName></PropertyGroup><ItemGroup><ProjectReference Include=\"..\\Core\\Core.csproj\" /></ItemGroup></Project>");
        Write("Pins/packages.config", "<packages><package id=\"nanoFramework.CoreLibrary\" version=\"1.17.11\" /><package id=\"nanoFramework.System.Math\" version=\"1.5.116\" /></packages>");
        Write("Pins/Sub/Pins.cs", "class Pins\n{\n    int A() => System.Math.Max(Core.One(), 2);\n    System.Device.Gpio.PinMode mode;\n}");

        var project = DeviceProject.Load(Path.Combine(_root, "Pins", "Pins.csproj"));
        Assert.Equal("My.Pins", project.AssemblyName);
        Assert.Equal(["System.Math"], project.Libraries);
        Assert.Equal([Path.Combine(_root, "Core", "Core.csproj")], project.AllReferences());

        // System.Math is among the packages, the pins are not.
        var violation = Assert.Single(NanoConformance.CheckProject(Path.Combine(_root, "Pins", "Pins.csproj")).Violations);
        Assert.Equal((NanoRules.Surface, Path.Combine(_root, "Pins", "Sub", "Pins.cs"), 4), (violation.Rule, violation.File, violation.Line));
        Assert.Empty(NanoConformance.CheckProject(Path.Combine(_root, "Core", "Core.csproj")).Violations);
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
