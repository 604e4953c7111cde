using System.CommandLine;
using System.Text;
using EdgeInfer.Cli.Listening;
using EdgeInfer.Cli.Pictures;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer listen</c>: the device's keyword spotter on the desktop.</summary>
internal static class ListenCommand
{
    private const string StandardInput = "-";

    /// <summary>Silence behind a file: a word at its very end is heard, too, as it would be in a room.</summary>
    private const double PaddingSeconds = 1;

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string[]> files = new("file")
        {
            Description = "WAV files of 16 bits and one channel, or - for raw samples from the standard input, at the rate that the model listens at.",
            HelpName = "FILE.wav|-",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> model = new("--model", "-m") { Description = "A blob (.eib) that carries a front end, or a .tflite file with --front-end.", HelpName = "MODEL", Required = true };
        Option<string?> frontEnd = CommonOptions.FrontEnd();
        Option<string?> detector = CommonOptions.Detector();
        Option<string?> labels = CommonOptions.Labels();
        Option<bool> gate = new("--gate") { Description = "Run front end and model only where it is loud enough, as slow boards do." };
        Option<string?> picture = new("--picture") { Description = "Draw sound, features, posteriors and detections; with several files the name gets a number.", HelpName = "FILE.svg" };
        Option<bool> cost = new("--cost") { Description = "Count what a second of this sound costs on the interpreter, and hold it against the boards." };
        Option<string?> board = CommonOptions.Board("Hold the cost against this board only.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("listen", "Run a keyword model on sound, with the code that the device runs.") { files, model, frontEnd, detector, labels, gate, picture, cost, board, json };
        command.SetAction(parsed =>
        {
            ConversionOptions options = new()
            {
                FrontEnd = CommonOptions.ReadFrontEnd(parsed.GetValue(frontEnd)),
                Detector = CommonOptions.ReadDetector(parsed.GetValue(detector)),
                Labels = CommonOptions.ReadLabels(parsed.GetValue(labels)),
            };
            ModelFile file = ModelFile.Load(parsed.GetRequiredValue(model), options);
            Listener listener = new(console, file, parsed.GetValue(gate), parsed.GetValue(json));
            string[] names = parsed.GetRequiredValue(files);
            if (names.Contains(StandardInput) && (names.Length > 1 || parsed.GetValue(cost))) throw new CommandFailure("'-' stands alone: give no other file with it, and no --cost.");

            Listened[] heard = names is [StandardInput] ? [listener.Live(Console.OpenStandardInput())] : [.. names.Select(listener.File)];
            if (parsed.GetValue(picture) is { } path) Draw(console, file, heard, path, parsed.GetValue(json));

            ListeningCost[] costs = parsed.GetValue(cost) ? [.. heard.Select(h => listener.Cost(h.Recording))] : [];
            Board[] boards = [.. BoardCatalog.All.Where(b => parsed.GetValue(board) is not { } name || name == b.Name)];
            if (parsed.GetValue(json)) console.Json(heard.Select((h, i) => Row(h, costs.ElementAtOrDefault(i), boards)));
            else if (costs.Length > 0) ListeningPrinter.Print(console, ListeningCost.Mean(costs), boards);
        });
        return command;
    }

    private static void Draw(CommandConsole console, ModelFile file, Listened[] heard, string path, bool json)
    {
        for (int i = 0; i < heard.Length; i++)
        {
            string name = heard.Length == 1 ? path : Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, $"{Path.GetFileNameWithoutExtension(path)}-{i + 1}{Path.GetExtension(path)}");
            OutputFile.Write(name, Encoding.UTF8.GetBytes(ListeningSvg.Draw(file.Name, heard[i].Recording, heard[i].Run)));
            if (!json) console.Line($"[dim]Drawn in {Markup.Escape(name)}[/]");
        }
    }

    private static object Row(Listened heard, ListeningCost? cost, Board[] boards) => new
    {
        File = heard.Recording.Name,
        heard.Recording.Seconds,
        heard.Run.Spotter.SampleRate,
        heard.Run.Spotter.Labels,
        heard.Run.Detections,
        heard.Run.Inferences,
        Cost = cost is null ? null : new { cost.Capture, cost.FrontEnd, cost.Model, cost.Detector, cost.Total, ListeningCost.Budget },
        Boards = cost is null ? [] : boards.Select(b => new { b.Name, Taken = cost.Total / b.Speed.InstructionsPerSecond.Value }),
    };

    /// <summary>A recording and what was heard in it.</summary>
    private sealed record Listened(Recording Recording, SpotterRun Run);

    /// <summary>Runs one model on one sound after the other.</summary>
    private sealed class Listener(CommandConsole console, ModelFile file, bool isGated, bool json)
    {
        public Listened File(string path)
        {
            SpotterRun run = Start();
            Recording recording = Recording.Read(path).At(run.Spotter.SampleRate).Padded(PaddingSeconds);
            console.Busy($"Listening to {Path.GetFileName(path)}", _ =>
            {
                run.Feed(recording.Bytes);
                run.Flush();
                return true;
            });
            if (!json) ListeningPrinter.Print(console, recording, run);
            return new Listened(recording, run);
        }

        public Listened Live(Stream input)
        {
            SpotterRun run = Start();
            using MemoryStream sound = new();
            using Interruption interruption = new();
            Action<string> check = interruption.Around(static _ => { });
            void Listen()
            {
                byte[] block = new byte[640];
                try
                {
                    for (int count; (count = input.Read(block)) > 0;)
                    {
                        check(string.Empty);
                        sound.Write(block, 0, count);
                        run.Feed(block.AsSpan(0, count));
                    }
                }
                catch (OperationCanceledException)
                {
                    // Ctrl-C ends the sound; what was heard until then is kept.
                }

                run.Flush();
            }

            if (json)
            {
                Listen();
            }
            else if (console.Rich.Profile.Capabilities.Ansi)
            {
                new LiveView(run).Show(console, Listen);
            }
            else
            {
                run.OnDetection = detection => ListeningPrinter.Print(console, detection);
                Listen();
            }

            short[] samples = new short[sound.Length / 2];
            Buffer.BlockCopy(sound.GetBuffer(), 0, samples, 0, 2 * samples.Length);
            return new Listened(new Recording("standard input", samples, run.Spotter.SampleRate), run);
        }

        public ListeningCost Cost(Recording recording) => console.Busy("Counting instructions", progress => ListeningCost.Measure(file.Blob, recording, isGated, progress));

        private SpotterRun Start()
        {
            try
            {
                return new SpotterRun(file.Model, isGated);
            }
            catch (BlobException e)
            {
                throw new CommandFailure($"{file.Path}: {e.Message} Convert it with 'edgeinfer convert --front-end'; only then it says what it listens to.");
            }
        }
    }
}
