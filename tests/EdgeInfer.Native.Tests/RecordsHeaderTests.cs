using EdgeInfer.NativeKernels;

namespace EdgeInfer.Native.Tests;

/// <summary>Holds firmware/native/ei_records.h against the constants of the device library.</summary>
public sealed class RecordsHeaderTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";

    [Fact]
    public void HeaderSaysWhatTheLibraryDeclares()
    {
        string path = Path.Combine(Repository.Root, "firmware", "native", "ei_records.h");
        string expected = RecordsHeader.Build();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") File.WriteAllText(path, expected);

        Assert.True(
            expected == File.ReadAllText(path).ReplaceLineEndings("\n"),
            $"firmware/native/ei_records.h differs from the constants of src/EdgeInfer. Run this test with the environment variable {UpdateVariable}=1 to rewrite it.");
    }
}
