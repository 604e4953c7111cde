using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer boards</c>: what is known of the boards, and their pins as constants for firmware.</summary>
internal static class BoardsCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string?> name = new("name") { Description = "One board; without it all are listed.", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };
        name.AcceptOnlyFromAmong([.. BoardCatalog.All.Select(b => b.Name)]);
        Option<string?> pins = new("--pins") { Description = "Write the board's pins as C# constants, for an application such as firmware/KeywordSpotting.", HelpName = "FILE.cs" };
        Option<string> space = new("--namespace") { Description = "Namespace of these constants.", HelpName = "NAME", DefaultValueFactory = _ => "KeywordSpotting" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("boards", "List the boards, or what is known of one and where it is known from.") { name, pins, space, json };
        command.SetAction(parsed =>
        {
            Board? board = parsed.GetValue(name) is { } wanted ? BoardCatalog.All.Single(b => b.Name == wanted) : null;
            if (parsed.GetValue(pins) is { } file)
            {
                if (board is null) throw new CommandFailure("--pins needs the name of a board: edgeinfer boards NAME --pins FILE.cs");

                OutputFile.Write(file, Encoding.UTF8.GetBytes(PinConstants.Write(board, parsed.GetRequiredValue(space))));
            }

            if (parsed.GetValue(json)) console.Json(board is null ? BoardCatalog.All : board);
            else if (board is null) List(console);
            else Show(console, board, parsed.GetValue(pins));
        });
        return command;
    }

    private static void List(CommandConsole console)
    {
        Table table = Tables.New();
        table.Left("name");
        table.Left("board");
        table.Left("chip");
        table.Right("heap for models");
        table.Right("million a second");
        table.Left("microphone");
        foreach (Board board in BoardCatalog.All)
        {
            table.AddRow(
                board.Name, Markup.Escape(board.Title), board.Chip, $"{Wording.Count(board.Memory.ModelBudgetBytes.Value / 1024)} KB",
                (board.Speed.InstructionsPerSecond.Value / 1e6).ToString("0", CultureInfo.InvariantCulture), board.Microphone.Value);
        }

        console.Rich.Write(table);
        console.Line("[dim]Next: edgeinfer boards NAME[/]");
    }

    private static void Show(CommandConsole console, Board board, string? pins)
    {
        console.Line($"[bold]{Markup.Escape(board.Title)}[/], {board.Chip}");
        Table table = Tables.New();
        table.Left("fact");
        table.Right("value");
        table.Left("known");
        table.Sentence("from");
        void Row<T>(string fact, BoardFact<T> value, string? text = null) =>
            table.AddRow(fact, Markup.Escape(text ?? Convert.ToString(value.Value, CultureInfo.InvariantCulture)!), value.Basis.ToString().ToLowerInvariant(), Markup.Escape(value.Source));

        Row("firmware", board.Firmware);
        Row("clock", board.ClockMHz, $"{board.ClockMHz.Value} MHz");
        Row("instructions", board.Speed.InstructionsPerSecond, $"{Wording.Short(board.Speed.InstructionsPerSecond.Value)}/s");
        Row("heap for models", board.Memory.ModelBudgetBytes, Wording.Count(board.Memory.ModelBudgetBytes.Value));
        Row("largest array", board.Memory.LargestArrayBytes, Wording.Count(board.Memory.LargestArrayBytes.Value));
        Row("flash", board.Flash.SizeBytes, Wording.Count(board.Flash.SizeBytes.Value));
        Row("application at", board.Flash.DeploymentAddress, $"0x{board.Flash.DeploymentAddress.Value:X}");
        Row("application", board.Flash.DeploymentBytes, Wording.Count(board.Flash.DeploymentBytes.Value));
        Row("files on I:", board.Flash.InternalStorageBytes, Wording.Count(board.Flash.InternalStorageBytes.Value));
        Row("microphone", board.Microphone);
        foreach ((string pin, BoardFact<int> fact) in board.Pins) Row(pin, fact);
        console.Rich.Write(table);
        if (pins is not null) console.Line($"[dim]The pins are constants in {Markup.Escape(pins)}.[/]");
    }
}
