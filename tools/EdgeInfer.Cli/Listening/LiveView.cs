using EdgeInfer.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeInfer.Cli.Listening;

/// <summary>What the spotter hears while it listens: loudness, the last frames' features, mean posteriors, and the last detections.</summary>
internal sealed class LiveView(SpotterRun run)
{
    private const int MeterWidth = 40;
    private const int MostDetections = 5;
    private const int MostClasses = 12;

    private const int MostFeatureRows = 20;

    private const double RefreshSeconds = 0.08;

    private static readonly Color[] Heat = [new(24, 15, 61), new(95, 24, 127), new(183, 55, 121), new(252, 137, 97), new(252, 253, 191)];

    private double _loudness;

    /// <summary>Listens while the view is shown.</summary>
    /// <param name="console">Where it is shown.</param>
    /// <param name="listen">Feeds the run; the view follows it.</param>
    public void Show(CommandConsole console, Action listen) =>
        console.Rich.Live(Draw(console.Width)).Start(context =>
        {
            long last = 0;
            run.OnBlock = loudness =>
            {
                _loudness = Math.Max(loudness, _loudness * 0.9);
                if (Environment.TickCount64 - last < RefreshSeconds * 1000) return;

                last = Environment.TickCount64;
                context.UpdateTarget(Draw(console.Width));
            };
            listen();
            context.UpdateTarget(Draw(console.Width));
        });

    /// <summary>The view as it is now.</summary>
    /// <param name="width">Columns that it may take.</param>
    public IRenderable Draw(int width)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
        double seconds = (double)run.Spotter.Position / run.Spotter.SampleRate;
        grid.AddRow(new Text(FormattableString.Invariant($"{seconds,7:F1} s")), Bar(_loudness, MeterWidth, _loudness > 0.98 ? "red" : "green"));
        grid.AddRow(new Text("features"), Spectrogram(Math.Max(20, width - 24)));
        foreach (int index in Enumerable.Range(0, Math.Min(MostClasses, run.Spotter.Labels.Length)))
        {
            double score = run.Inferences.Count == 0 ? 0 : run.Inferences[^1].Scores[index];
            bool isActive = run.Spotter.Detector.Active == index;
            grid.AddRow(new Markup($"{(isActive ? "[bold green]" : "[default]")}{Markup.Escape(run.Spotter.Labels[index])}[/]"), Bar(score, MeterWidth, isActive ? "green" : "blue"));
        }

        foreach (Detection detection in run.Detections.TakeLast(MostDetections))
        {
            grid.AddRow(new Markup(FormattableString.Invariant($"[bold]{detection.Seconds,7:F2} s[/]")), new Markup($"[bold green]{Markup.Escape(detection.Label)}[/]"));
        }

        return grid;
    }

    private static Markup Bar(double share, int width, string color)
    {
        int length = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return new Markup($"[{color}]{new string('━', length)}[/][grey]{new string('─', width - length)}[/]");
    }

    private Canvas Spectrogram(int width)
    {
        int features = run.Spotter.FrontEnd.Features;
        int rows = Math.Min(features, MostFeatureRows);
        Canvas canvas = new(Math.Max(1, width), rows);
        FrameRow[] frames = [.. run.Frames.TakeLast(canvas.Width)];
        for (int column = 0; column < frames.Length; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                int feature = (rows - 1 - row) * features / rows;
                canvas.SetPixel(column, row, Heat[(frames[column].Features[feature] + 128) * Heat.Length / 256]);
            }
        }

        return canvas;
    }
}
