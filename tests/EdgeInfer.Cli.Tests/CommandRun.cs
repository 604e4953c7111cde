using System.Text.Json;
using EdgeInfer.Cli.Terminal;
using Spectre.Console;

namespace EdgeInfer.Cli.Tests;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <summary>The output of a command with --json.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static CommandRun Of(params string[] arguments) => Of(120, false, arguments);

    public static CommandRun Of(int width, bool withColors, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        AnsiConsoleSettings? settings = withColors
            ? new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor, Interactive = InteractionSupport.No }
            : null;
        int code = EdgeInferCommand.Run(arguments, new CommandConsole(output, error, width, settings));
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public static CommandRun Good(params string[] arguments)
    {
        CommandRun run = Of(arguments);
        Assert.Equal(string.Empty, run.Error);
        Assert.Equal(EdgeInferCommand.Success, run.Code);
        return run;
    }

    /// <summary>Runs a command line that must be refused, with one message.</summary>
    public static string Refused(params string[] arguments) => Failed(EdgeInferCommand.Refused, arguments);

    /// <summary>Runs a command line that must not be understood.</summary>
    public static string Misused(params string[] arguments) => Failed(EdgeInferCommand.Usage, arguments);

    private static string Failed(int code, string[] arguments)
    {
        CommandRun run = Of(arguments);
        Assert.Equal(code, run.Code);
        Assert.Equal(string.Empty, run.Output);
        Assert.StartsWith("edgeinfer: ", run.Error, StringComparison.Ordinal);
        return run.Error;
    }
}
