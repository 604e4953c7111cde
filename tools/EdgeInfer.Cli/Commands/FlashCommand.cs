using System.CommandLine;
using EdgeInfer.Cli.Flashing;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer flash</c>: image, application and model onto a board, by way of nanoff.</summary>
internal static class FlashCommand
{
    /// <summary>Where the keyword spotting application looks for a new model.</summary>
    private const string ModelDestination = "I:\\keywords.eib";

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Option<string> board = new("--board") { Description = "The board; 'edgeinfer boards' lists them.", HelpName = "NAME", Required = true };
        board.AcceptOnlyFromAmong([.. BoardCatalog.All.Select(b => b.Name)]);
        Option<string> port = new("--port") { Description = "The serial port to which the board is connected, such as COM3 or /dev/ttyUSB0.", HelpName = "PORT", Required = true };
        Option<bool> firmware = new("--firmware") { Description = "Flash the nanoFramework image that the board takes; once for a new board." };
        Option<string?> application = new("--application") { Description = "Deploy an application: the .bin file that its build leaves in bin/.", HelpName = "FILE.bin" };
        Option<string?> model = new("--model") { Description = "Upload a model, after checking that it fits the board.", HelpName = "FILE.eib" };
        Option<string> destination = new("--destination") { Description = "Where on the board the model goes.", HelpName = "FILE", DefaultValueFactory = _ => ModelDestination };
        Option<bool> dryRun = new("--dry-run") { Description = "Print the commands instead of running them." };
        Command command = new("flash", "Put nanoFramework, an application and a model onto a board, with nanoff.") { board, port, firmware, application, model, destination, dryRun };
        command.SetAction(parsed =>
        {
            Board chosen = BoardCatalog.All.Single(b => b.Name == parsed.GetRequiredValue(board));
            string at = parsed.GetRequiredValue(port);
            List<FlashStep> steps = [];
            if (parsed.GetValue(firmware)) steps.Add(FlashStep.Firmware(chosen, at));
            if (parsed.GetValue(application) is { } image)
            {
                DemandApplicationFits(chosen, image);
                steps.Add(FlashStep.Application(chosen, at, image));
            }

            if (parsed.GetValue(model) is { } blob)
            {
                DemandModelFits(console, chosen, blob);
                steps.Add(FlashStep.Upload(at, blob, parsed.GetRequiredValue(destination)));
            }

            if (steps.Count == 0) throw new CommandFailure("nothing to do: say --firmware, --application FILE.bin, --model FILE.eib, or several of them.");
            if (chosen.Microphone.Value == "pdm") console.Line($"[yellow]{Markup.Escape(chosen.Title)}[/]: {Markup.Escape(chosen.Microphone.Source)}.");
            return Run(console, steps, parsed.GetValue(dryRun));
        });
        return command;
    }

    private static int Run(CommandConsole console, List<FlashStep> steps, bool isDry)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            FlashStep step = steps[i];
            console.Line($"[bold]{i + 1} of {steps.Count}: {Markup.Escape(step.Title)}[/]");
            console.Output.WriteLine(step.CommandLine);
            if (step.FileList is not null && isDry) console.Output.WriteLine($"with {FlashStep.FileListPlace}:\n{step.FileList}");
            if (isDry) continue;

            switch (Nanoff.Run(step))
            {
                case 0:
                    break;
                case null:
                    throw new CommandFailure($"{Nanoff.Program} is not installed, and nothing was written. Install it with '{Nanoff.Installation}', or say where it is with the environment variable {Nanoff.Variable}, or see with --dry-run what it would be asked to do.");
                case { } code:
                    string undone = i + 1 < steps.Count ? " The steps behind it were not begun." : string.Empty;
                    throw new CommandFailure($"{Nanoff.Program} ended with code {code} at step {i + 1}. Check that the port is right and no other program holds it; some boards want BOOT held down while they are reset.{undone}");
            }
        }

        return EdgeInferCommand.Success;
    }

    private static void DemandApplicationFits(Board board, string image)
    {
        int bytes = ModelFile.ReadAll(image).Length;
        if (bytes > board.Flash.DeploymentBytes.Value) throw new CommandFailure($"{image}: {bytes} bytes do not fit the {board.Flash.DeploymentBytes.Value} that {board.Title} has for an application.");
    }

    private static void DemandModelFits(CommandConsole console, Board board, string path)
    {
        ModelFile file = ModelFile.Load(path);
        if (file.Conversion is not null) throw new CommandFailure($"{path}: this is no blob yet. Convert it first: edgeinfer convert {path}");

        BoardFit fit = BoardFit.OfFile(board, ModelFootprint.Of(file.Model), 0);
        if (fit.Verdict is FitVerdict.None or FitVerdict.Streamed)
        {
            string advice = fit.Verdict == FitVerdict.Streamed ? $" Converted with --stream-weights {fit.WeightBuffer} it fits." : " Look at 'edgeinfer inspect' for what takes the memory.";
            throw new CommandFailure($"{path}: does not fit {board.Title}: {fit.Reason}.{advice}");
        }

        console.Line($"[green]{Markup.Escape(file.Name)}[/] fits {Markup.Escape(board.Title)}: {Wording.Count(fit.MemoryBytes)} of {Wording.Count(board.Memory.ModelBudgetBytes.Value)} bytes of heap, {Wording.Count(file.Blob.Length)} of {Wording.Count(board.Flash.InternalStorageBytes.Value)} bytes on I:.");
    }
}
