using System.CommandLine;
using EdgeInfer.Cli.Terminal;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer completions</c>: what a shell needs to complete command lines.</summary>
internal static class CompletionsCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "pwsh"];

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> shell = new("shell") { Description = "Your shell.", HelpName = "bash|zsh|pwsh" };
        shell.AcceptOnlyFromAmong(Shells);
        Command command = new("completions", "Print the script that makes a shell complete edgeinfer's commands and options.") { shell };
        command.SetAction(parsed =>
        {
            using Stream script = typeof(CompletionsCommand).Assembly.GetManifestResourceStream($"completions/{parsed.GetRequiredValue(shell)}.txt")!;
            using StreamReader reader = new(script);
            console.Output.Write(reader.ReadToEnd());
        });
        return command;
    }
}
