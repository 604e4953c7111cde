namespace EdgeInfer.Tests.Docs;

/// <summary>Holds docs/records.md against the kernels, and the kernels' constants against the records' lengths.</summary>
public sealed class RecordsPageTests
{
    private const string UpdateVariable = "EDGEINFER_UPDATE_DOCS";

    public static TheoryData<OperatorCode> Codes => [.. RecordsPage.Codes];

    [Fact]
    public void PageSaysWhatTheKernelsDeclare()
    {
        string path = PagePath();
        string expected = RecordsPage.Build();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") File.WriteAllText(path, expected);

        string actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : string.Empty;
        string[] wanted = expected.Split('\n'), found = actual.Split('\n');
        int line = 0;
        while (line < wanted.Length && line < found.Length && wanted[line] == found[line]) line++;
        Assert.True(
            expected == actual,
            $"docs/records.md, line {line + 1}, says \"{found.ElementAtOrDefault(line)}\" where the kernels say \"{wanted.ElementAtOrDefault(line)}\". "
            + $"Run this test with the environment variable {UpdateVariable}=1 to rewrite the page, and look at the difference.");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void EveryWordOfARecordBelongsToAField(OperatorCode code)
    {
        RecordLayout layout = new(code, RecordsPage.Documentation);

        int next = Record.Fields;
        foreach (RecordField field in layout.Fields)
        {
            Assert.Equal(next, field.Position);
            Assert.True(field.Words > 0, $"{code}: {field.Name} shares its position {field.Position} with another field, or lies behind the record's end.");
            Assert.False(string.IsNullOrWhiteSpace(field.Meaning), $"{code}: {field.Name} has no documentation.");
            next += field.Words;
        }

        Assert.Equal(layout.Length, next);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void EveryConstantIsDocumented(OperatorCode code)
    {
        RecordLayout layout = new(code, RecordsPage.Documentation);

        Assert.All(layout.Others, constant => Assert.NotEqual(string.Empty, RecordsPage.Documentation.Summary(constant)));
    }

    private static string PagePath()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent;
        Assert.True(folder is not null, "The tests run outside the repository: there is no EdgeInfer.sln in a folder above them.");
        return Path.Combine(folder.FullName, "docs", "records.md");
    }
}
