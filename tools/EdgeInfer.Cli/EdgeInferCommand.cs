using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EdgeInfer.Cli.Commands;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter;
using EdgeInfer.Quantizer;

namespace EdgeInfer.Cli;

/// <summary>The command <c>edgeinfer</c> with all that it can do.</summary>
internal static class EdgeInferCommand
{
    /// <summary>Exit code: what was asked for was done, and what was compared or tested is equal.</summary>
    public const int Success = 0;

    /// <summary>Exit code: a file was refused, or a comparison or test failed.</summary>
    public const int Refused = 1;

    /// <summary>Exit code: the command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The words behind the name of the program.</param>
    /// <param name="console">Where to write to.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        RootCommand root = Create(console);
        ParseResult parsed = root.Parse(arguments);
        InvocationConfiguration configuration = new() { Output = console.Output, Error = console.Error, EnableDefaultExceptionHandler = false };
        if (arguments.Count == 0)
        {
            root.Parse(["--help"]).Invoke(configuration);
            return Usage;
        }

        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction) return Explain(parsed, console);

        try
        {
            return parsed.Invoke(configuration);
        }
        catch (Exception e) when (e is CommandFailure or ConversionException or QuantizationException)
        {
            console.Error.WriteLine($"edgeinfer: {e.Message}");
            return Refused;
        }
    }

    private static int Explain(ParseResult parsed, CommandConsole console)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<string> known = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name));
        foreach (string message in parsed.UnmatchedTokens.Count > 0 ? [] : parsed.Errors.Select(e => e.Message).Distinct()) console.Error.WriteLine($"edgeinfer: {message}");
        foreach (string token in parsed.UnmatchedTokens)
        {
            string advice = Spelling.Nearest(token, known) is { } meant ? $" Did you mean '{meant}'?" : string.Empty;
            console.Error.WriteLine($"edgeinfer: '{token}' is not understood here.{advice}");
        }

        console.Error.WriteLine($"Try 'edgeinfer {(command is RootCommand ? string.Empty : command.Name + " ")}--help'.");
        return Usage;
    }

    private static RootCommand Create(CommandConsole console)
    {
        RootCommand root = new("EdgeInfer runs int8 neural networks in C# on microcontrollers with .NET nanoFramework. This command converts models, shows what they cost, and runs and checks them here.")
        {
            ConvertCommand.Create(console),
            QuantizeCommand.Create(console),
            EvaluateCommand.Create(console),
            AnalyzeCommand.Create(console),
            CompileCommand.Create(console),
            InspectCommand.Create(console),
            RunCommand.Create(console),
            ListenCommand.Create(console),
            VerifyCommand.Create(console),
            CompareCommand.Create(console),
            BenchCommand.Create(console),
            BoardsCommand.Create(console),
            FlashCommand.Create(console),
            DemoCommand.Create(console),
            CompletionsCommand.Create(console),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
