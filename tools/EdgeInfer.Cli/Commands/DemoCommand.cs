using System.CommandLine;
using System.Text;
using EdgeInfer.Cli.Demo;
using EdgeInfer.Cli.Listening;
using EdgeInfer.Cli.Pictures;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer demo</c>: a spoken sentence, and the keywords that a board would hear in it.</summary>
internal static class DemoCommand
{
    private const double PaddingSeconds = 1;

    /// <summary>What counting instructions listens to: long enough for every part of the model.</summary>
    private const double CountedSeconds = 2;

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Option<string> picture = new("--picture") { Description = "Where sound, features, posteriors and detections are drawn.", HelpName = "FILE.svg", DefaultValueFactory = _ => "keywords.svg" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("demo", "Hear the keywords in a spoken sentence, with the code and the model that the board runs.") { picture, json, DigitsDemoCommand.Create(console) };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(picture), parsed.GetValue(json)));
        return command;
    }

    private static void Run(CommandConsole console, string picture, bool json)
    {
        ModelFile file = ModelFile.Load(DemoAssets.KeywordModel, DemoAssets.KeywordModelName);
        SpotterRun run = new(file.Model, isGated: false);
        Recording recording = DemoAssets.Sentence.At(run.Spotter.SampleRate).Padded(PaddingSeconds);
        run.Feed(recording.Bytes);
        run.Flush();
        OutputFile.Write(picture, Encoding.UTF8.GetBytes(ListeningSvg.Draw(file.Name, recording, run)));
        if (json)
        {
            console.Json(new { DemoAssets.SentenceText, DemoAssets.SentenceKeywords, run.Detections, Picture = picture });
            return;
        }

        console.Line($"[bold]{file.Name}[/], a blob of {Wording.Count(file.Blob.Length)} bytes, is verified and runs in an arena of {Wording.Count(file.Model.ArenaBytes)} bytes.");
        console.Line($"It knows {Markup.Escape(string.Join(", ", run.Spotter.Labels.Where((_, i) => run.Settings.IsKeyword[i] != 0)))}.");
        console.Line($"\nA synthetic voice says \"{Markup.Escape(DemoAssets.SentenceText)}\". A board would hear:");
        foreach (Detection detection in run.Detections) ListeningPrinter.Print(console, detection);
        string verdict = run.Detections.Select(d => d.Label).SequenceEqual(DemoAssets.SentenceKeywords) ? "[green]Every keyword, and nothing else.[/]" : $"[red]Expected were {string.Join(", ", DemoAssets.SentenceKeywords)}.[/]";
        console.Line(verdict);
        console.Line($"[dim]Drawn in {Markup.Escape(picture)}[/]");

        int start = (int)(recording.Rate * (run.Detections.Count == 0 ? 0 : Math.Max(0, run.Detections[0].Seconds - (CountedSeconds / 2))));
        Recording part = recording with { Samples = recording.Samples[start..Math.Min(recording.Samples.Length, start + (int)(recording.Rate * CountedSeconds))] };
        ListeningPrinter.Print(console, console.Busy("Counting instructions", progress => ListeningCost.Measure(file.Blob, part, false, progress)), BoardCatalog.All);
        console.Line("[dim]Next: firmware/KeywordSpotting/README.md puts it on a board; edgeinfer listen your.wav --model keywords.eib hears your own voice.[/]");
    }
}
