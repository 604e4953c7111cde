using EdgeInfer.NanoFramework;

namespace EdgeInfer.Native.Tests;

/// <summary>Holds firmware/native/interop against the managed half: firmware refuses an assembly whose checksum is another.</summary>
public sealed class InteropTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";

    private static readonly string Folder = Path.Combine(Repository.Root, "firmware", "native", "interop");

    private static readonly InteropTable Table = new(
        NanoConformance.CheckProject(Path.Combine(Repository.Root, "src", "EdgeInfer.Native", "EdgeInfer.Native.csproj")).Image!);

    [Fact]
    public void TableAndChecksumFollowTheAssembly()
    {
        string path = Path.Combine(Folder, Table.ProjectName + ".cpp");
        string expected = Table.Source();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") File.WriteAllText(path, expected);

        Assert.True(
            expected == File.ReadAllText(path).ReplaceLineEndings("\n"),
            $"{path} differs from the assembly. Run this test with the environment variable {UpdateVariable}=1 to rewrite it.");
    }

    [Fact]
    public void EveryNativeMethodIsDeclaredAndMarshalled()
    {
        string header = File.ReadAllText(Path.Combine(Folder, "EdgeInfer_Native.h"));
        string marshalling = File.ReadAllText(Path.Combine(Folder, "EdgeInfer_Native_EdgeInfer_Native_NativeMethods_mshl.cpp"));

        Assert.Equal(2, Table.Methods.Count());
        Assert.All(Table.Methods, method =>
        {
            string[] parts = method.Split("::");
            Assert.Contains($"struct {parts[0]}\n", header, StringComparison.Ordinal);
            Assert.Contains(parts[1] + ");", header, StringComparison.Ordinal);
            Assert.Contains(parts[1] + "(CLR_RT_StackFrame &stack)", marshalling, StringComparison.Ordinal);
        });
    }
}
