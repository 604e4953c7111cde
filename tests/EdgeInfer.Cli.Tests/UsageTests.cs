namespace EdgeInfer.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("conver", "'conver' is not understood here. Did you mean 'convert'?")]
    [InlineData("inspect x --jason", "'--jason' is not understood here. Did you mean '--json'?")]
    [InlineData("convert a b", "'b' is not understood here.")]
    [InlineData("convert", "MODEL")]
    [InlineData("compile x.tflite", "'--output' is required")]
    [InlineData("compile x.tflite -o y --max-flash 0", "--max-flash takes a whole number from 1 to 16777216, not '0'.")]
    [InlineData("quantize x.onnx", "'--data' is required")]
    [InlineData("quantize x.onnx --data y --samples 0", "--samples takes a whole number from 1 to 1000000, not '0'.")]
    [InlineData("quantize x.onnx --data y --recipe best", "'best'")]
    [InlineData("run x.eib", "'--input' is required")]
    [InlineData("run x.eib --input a.bin --top 0", "--top takes a whole number from 1 to 4096, not '0'.")]
    [InlineData("run x.eib --input a.png --pixels 1", "'1' is no range; write it like 0..1.")]
    [InlineData("convert x --self-test -1", "--self-test takes a whole number from 0 to 1000, not '-1'.")]
    [InlineData("convert x --self-test many", "not 'many'")]
    [InlineData("compare x.eib", "--expected FILE, --layers FOLDER or both")]
    [InlineData("compare x.eib --expected y.bin", "--expected needs --input FILE")]
    [InlineData("compare x.eib --layers y --tolerance much", "'much'")]
    [InlineData("inspect x.eib --board toaster", "esp32-c3-devkitm-1")]
    [InlineData("bench x.eib --board toaster", "esp32-c3-devkitm-1")]
    [InlineData("bench --kernel", "Did you mean '--kernels'?")]
    [InlineData("demo digits --digit 10", "--digit takes a whole number from 0 to 9")]
    [InlineData("completions fish", "bash")]
    public void What_is_not_understood_exits_with_2_and_says_what_to_do(string line, string message)
    {
        string error = CommandRun.Misused(line.Split(' '));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.EndsWith("--help'." + Environment.NewLine, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_at_all_shows_the_help_and_exits_with_2()
    {
        CommandRun run = CommandRun.Of();
        Assert.Equal(EdgeInferCommand.Usage, run.Code);
        Assert.Contains("edgeinfer [command] [options]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("convert")]
    [InlineData("compile")]
    [InlineData("quantize")]
    [InlineData("evaluate")]
    [InlineData("analyze")]
    [InlineData("inspect")]
    [InlineData("run")]
    [InlineData("verify")]
    [InlineData("compare")]
    [InlineData("bench")]
    [InlineData("demo")]
    [InlineData("completions")]
    public void Help_teaches_by_examples(string command)
    {
        string help = CommandRun.Good([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Output;
        Assert.Contains($"  edgeinfer {command}".TrimEnd(), help, StringComparison.Ordinal);
        Assert.Contains($"Examples:{Environment.NewLine}  edgeinfer ", help, StringComparison.Ordinal);
        Assert.DoesNotContain("testhost", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edgeinfer insp", "inspect")]
    [InlineData("edgeinfer run x.eib --inp", "--input")]
    [InlineData("edgeinfer inspect x.eib --board esp32-w", "esp32-wrover")]
    [InlineData("edgeinfer bench --mark", "--markdown")]
    [InlineData("edgeinfer completions z", "zsh")]
    public void Command_lines_are_completed(string line, string completion) =>
        Assert.Equal(completion, CommandRun.Good($"[suggest:{line.Length}]", line).Output.Trim());

    [Theory]
    [InlineData("bash", "complete -o bashdefault")]
    [InlineData("zsh", "compdef _edgeinfer_complete edgeinfer")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public void Completion_scripts_ask_the_command_itself(string shell, string expected)
    {
        string script = CommandRun.Good("completions", shell).Output;
        Assert.Contains(expected, script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }
}
