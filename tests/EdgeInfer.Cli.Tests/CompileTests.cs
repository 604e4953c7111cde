namespace EdgeInfer.Cli.Tests;

public sealed class CompileTests : WorkFolder
{
    [Fact]
    public void Writes_projects_and_says_what_they_save()
    {
        CommandRun run = CommandRun.Good("compile", Tflite, "-o", PathOf("Digits"), "--name", "DigitModel");
        Assert.Contains("class DigitModel", run.Output, StringComparison.Ordinal);
        foreach (string word in (string[])["interpreted", "compiled", "flash", "arena", "heap"]) Assert.Contains(word, run.Output, StringComparison.Ordinal);
        foreach (string file in (string[])["README.md", "DigitModel.eib", "DigitModel/DigitModel.nfproj", "DigitModel/DigitModel.cs", "DigitModel/packages.config", "DigitModel.Code1/DigitModel.Code1.nfproj"])
        {
            Assert.True(File.Exists(Path.Combine(PathOf("Digits"), file)), file);
        }
    }

    [Fact]
    public void Tells_scripts_the_figures()
    {
        CommandRun run = CommandRun.Good("compile", Tflite, "-o", PathOf("Digits"), "--layers", "all", "--json");
        var compiled = run.Json.GetProperty("layers").EnumerateArray().Where(l => l.GetProperty("isCompiled").GetBoolean()).ToArray();
        Assert.NotEmpty(compiled);
        Assert.All(compiled, layer => Assert.InRange(layer.GetProperty("compiledCost").GetInt64(), 1, layer.GetProperty("interpretedCost").GetInt64() - 1));
        Assert.Equal(compiled.Sum(l => l.GetProperty("flashBytes").GetInt32()), run.Json.GetProperty("flashBytes").GetInt32());
        Assert.InRange(run.Json.GetProperty("compiled").GetProperty("heapBytes").GetInt64(), 1, run.Json.GetProperty("interpreted").GetProperty("heapBytes").GetInt64() - 1);
    }

    [Fact]
    public void Refuses_what_cannot_be_compiled()
    {
        Assert.Contains("operator 99 cannot be compiled; these can: 0", CommandRun.Refused("compile", Tflite, "-o", PathOf("x"), "--layers", "99"), StringComparison.Ordinal);
        Assert.Contains("no layer saves anything", CommandRun.Refused("compile", Tflite, "-o", PathOf("x"), "--max-flash", "1"), StringComparison.Ordinal);
        Assert.Contains("give hot, all, or indexes", CommandRun.Refused("compile", Tflite, "-o", PathOf("x"), "--layers", "some"), StringComparison.Ordinal);
        Assert.Contains("'Interpreter' cannot be the name", CommandRun.Refused("compile", Tflite, "-o", PathOf("x"), "--name", "Interpreter"), StringComparison.Ordinal);
        Assert.Contains("this is a blob already", CommandRun.Refused("compile", Blob(), "-o", PathOf("x")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(PathOf("x")));
    }

    [Fact]
    public void A_blob_without_its_code_is_refused_by_name()
    {
        CommandRun.Good("compile", Tflite, "-o", PathOf("Digits"), "--name", "DigitModel");
        Assert.Contains("load the model by the class that was compiled with it", CommandRun.Refused("verify", Path.Combine(PathOf("Digits"), "DigitModel.eib")), StringComparison.Ordinal);
    }
}
