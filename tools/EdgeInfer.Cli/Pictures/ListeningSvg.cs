using System.Net;
using System.Text;
using EdgeInfer.Audio;
using EdgeInfer.Cli.Listening;

namespace EdgeInfer.Cli.Pictures;

/// <summary>
/// A run of the keyword spotter over time as SVG: the sound, its features, what the model makes of them, and the detections as lines through all three.
/// Colours of text and ground follow the viewer's light or dark theme.
/// </summary>
internal static class ListeningSvg
{
    private const double Left = 76;
    private const double Right = 24;
    private const double Top = 78;
    private const double Gap = 16;
    private const double WaveHeight = 90;
    private const double FeatureHeight = 150;
    private const double ScoreHeight = 130;
    private const double WidestPlot = 1200;
    private const double WidestSecond = 260;

    private const string Style = """
        <style>
          text { font: 11px system-ui, sans-serif; fill: #1f2328; }
          .title { font-size: 15px; font-weight: 600; }
          .faint { fill: #656d76; }
          .ground { fill: #ffffff; }
          .frame { fill: none; stroke: #d0d7de; stroke-width: 1; }
          .wave { fill: #6e7781; }
          .score { fill: none; stroke-width: 2; stroke-linejoin: round; }
          .threshold { stroke: #8b949e; stroke-dasharray: 4 3; }
          .heard { stroke-width: 1.5; }
          .label { font-size: 12px; font-weight: 600; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .faint { fill: #8b949e; }
            .ground { fill: #0d1117; }
            .frame { stroke: #30363d; }
            .wave { fill: #8b949e; }
          }
        </style>
        """;

    private static readonly string[] Hues = ["2f81f7", "db6d28", "2da44e", "cf222e", "8250df", "bf8700", "1b7c83", "bf3989", "6e7781", "57606a"];

    /// <summary>Stops of the colours of a feature, from the lowest to the highest.</summary>
    private static readonly (byte Red, byte Green, byte Blue)[] Heat = [(24, 15, 61), (95, 24, 127), (183, 55, 121), (252, 137, 97), (252, 253, 191)];

    /// <summary>Draws the picture.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="recording">The sound.</param>
    /// <param name="run">What was made of it.</param>
    /// <returns>The text of an SVG file.</returns>
    public static string Draw(string name, Recording recording, SpotterRun run)
    {
        double scale = Math.Min(WidestSecond, WidestPlot / recording.Seconds);
        double width = recording.Seconds * scale, right = Left + width;
        double features = Top + WaveHeight + Gap, scores = features + FeatureHeight + Gap, bottom = scores + ScoreHeight;
        StringBuilder body = new();
        Frame(body, Top, width, WaveHeight, "sound");
        Frame(body, features, width, FeatureHeight, "features");
        Frame(body, scores, width, ScoreHeight, "mean posterior");
        Wave(body, recording, scale);
        Features(body, run, recording, scale, features);
        Scores(body, run, scale, scores, right);
        Detections(body, run, scale, bottom);
        Axis(body, recording.Seconds, scale, bottom);

        double full = Math.Max(right + Right, 420);
        string title = WebUtility.HtmlEncode($"{Path.GetFileName(recording.Name)}, heard by {name}");
        string heard = run.Detections.Count == 0 ? "no keyword" : string.Join(", ", run.Detections.Select(d => Invariant($"{d.Label} at {d.Seconds:F2} s")));
        return Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {full:F0} {bottom + 44:F0}\" width=\"{full:F0}\" height=\"{bottom + 44:F0}\" role=\"img\">\n<title>{title}</title>\n{Style}\n")
            + Invariant($"<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n<text class=\"title\" x=\"16\" y=\"26\">{title}</text>\n<text class=\"faint\" x=\"16\" y=\"46\">{WebUtility.HtmlEncode(heard)}</text>\n")
            + body + "</svg>\n";
    }

    private static void Frame(StringBuilder body, double y, double width, double height, string name)
    {
        body.Append(Invariant($"<rect class=\"frame\" x=\"{Left}\" y=\"{y:F1}\" width=\"{width:F1}\" height=\"{height}\"/>\n"));
        body.Append(Invariant($"<text class=\"faint\" x=\"{Left - 8}\" y=\"{y + (height / 2):F1}\" text-anchor=\"end\">{name.Split(' ')[^1]}</text>\n"));
        if (name.Contains(' ', StringComparison.Ordinal)) body.Append(Invariant($"<text class=\"faint\" x=\"{Left - 8}\" y=\"{y + (height / 2) - 13:F1}\" text-anchor=\"end\">{name.Split(' ')[0]}</text>\n"));
    }

    /// <summary>Between the lowest and the highest sample of every column.</summary>
    private static void Wave(StringBuilder body, Recording recording, double scale)
    {
        int columns = Math.Max(1, (int)(recording.Seconds * scale));
        double middle = Top + (WaveHeight / 2), half = (WaveHeight / 2) - 3;
        double peak = Math.Max(1024, recording.Samples.Max(s => Math.Abs((double)s)));
        StringBuilder upper = new(), lower = new();
        for (int column = 0; column < columns; column++)
        {
            int from = (int)((long)recording.Samples.Length * column / columns), to = Math.Max(from + 1, (int)((long)recording.Samples.Length * (column + 1) / columns));
            ReadOnlySpan<short> part = recording.Samples.AsSpan(from..Math.Min(to, recording.Samples.Length));
            double low = 0, high = 0;
            foreach (short sample in part) (low, high) = (Math.Min(low, sample), Math.Max(high, sample));
            upper.Append(Invariant($"{Left + column:F0},{middle - (half * high / peak) - 0.4:F1} "));
            lower.Insert(0, Invariant($"{Left + column:F0},{middle - (half * low / peak) + 0.4:F1} "));
        }

        body.Append(Invariant($"<polygon class=\"wave\" points=\"{upper}{lower}\"/>\n"));
    }

    private static void Features(StringBuilder body, SpotterRun run, Recording recording, double scale, double y)
    {
        if (run.Frames.Count == 0) return;

        FrontEnd frontEnd = run.Spotter.FrontEnd;
        int columns = Math.Max(1, (recording.Samples.Length - frontEnd.WindowSamples) / frontEnd.StepSamples) + 1;
        sbyte low = run.Frames.Min(f => f.Features.Min()), high = run.Frames.Max(f => f.Features.Max());
        byte[] pixels = new byte[3 * columns * frontEnd.Features];
        foreach (FrameRow frame in run.Frames)
        {
            int column = (int)Math.Round(((frame.Seconds * frontEnd.SampleRate) - frontEnd.WindowSamples) / frontEnd.StepSamples);
            if (column >= columns) continue;

            for (int i = 0; i < frame.Features.Length; i++)
            {
                double place = (double)(frame.Features[i] - low) / Math.Max(1, high - low) * (Heat.Length - 1);
                int stop = Math.Min((int)place, Heat.Length - 2);
                double rest = place - stop;
                int pixel = 3 * (((frame.Features.Length - 1 - i) * columns) + column);
                pixels[pixel] = Mix(Heat[stop].Red, Heat[stop + 1].Red, rest);
                pixels[pixel + 1] = Mix(Heat[stop].Green, Heat[stop + 1].Green, rest);
                pixels[pixel + 2] = Mix(Heat[stop].Blue, Heat[stop + 1].Blue, rest);
            }
        }

        // A frame is drawn in the middle of its window.
        double step = scale * frontEnd.StepSamples / frontEnd.SampleRate;
        double x = Left + ((scale * frontEnd.WindowSamples / frontEnd.SampleRate) - step) / 2;
        string image = Convert.ToBase64String(PngImage.Encode(pixels, columns));
        body.Append(Invariant($"<image x=\"{x:F1}\" y=\"{y + 0.5:F1}\" width=\"{columns * step:F1}\" height=\"{FeatureHeight - 1}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{image}\"/>\n"));
    }

    private static void Scores(StringBuilder body, SpotterRun run, double scale, double y, double right)
    {
        double Height(double score) => y + ScoreHeight - (score * ScoreHeight);
        foreach (int threshold in new[] { run.Settings.OnThreshold, run.Settings.OffThreshold })
        {
            double at = Height((double)threshold / DetectorFormat.One);
            body.Append(Invariant($"<line class=\"threshold\" x1=\"{Left}\" x2=\"{right:F1}\" y1=\"{at:F1}\" y2=\"{at:F1}\"/>\n"));
        }

        // Keywords that were never likely would only hide the others.
        int[] classes = [.. Enumerable.Range(0, run.Spotter.Labels.Length).Where(i => run.Settings.IsKeyword[i] != 0 && run.Inferences.Any(r => r.Scores[i] > 0.1))];
        double legend = Left;
        foreach (int index in classes)
        {
            string points = string.Join(' ', run.Inferences.Select(r => Invariant($"{Left + (r.Seconds * scale):F1},{Height(r.Scores[index]):F1}")));
            body.Append(Invariant($"<polyline class=\"score\" stroke=\"#{Hue(index)}\" points=\"{points}\"/>\n"));
            string label = WebUtility.HtmlEncode(run.Spotter.Labels[index]);
            body.Append(Invariant($"<rect x=\"{legend:F1}\" y=\"{Top - 20}\" width=\"10\" height=\"10\" rx=\"2\" fill=\"#{Hue(index)}\"/><text x=\"{legend + 15:F1}\" y=\"{Top - 11}\">{label}</text>\n"));
            legend += 34 + (7 * label.Length);
        }
    }

    private static void Detections(StringBuilder body, SpotterRun run, double scale, double bottom)
    {
        foreach (Detection detection in run.Detections)
        {
            double x = Left + (detection.Seconds * scale);
            body.Append(Invariant($"<line class=\"heard\" stroke=\"#{Hue(detection.Class)}\" x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{Top}\" y2=\"{bottom:F1}\"/>\n"));
            body.Append(Invariant($"<text class=\"label\" x=\"{x + 4:F1}\" y=\"{Top + 13:F1}\" style=\"fill:#{Hue(detection.Class)}\">{WebUtility.HtmlEncode(detection.Label)}</text>\n"));
        }
    }

    private static void Axis(StringBuilder body, double seconds, double scale, double y)
    {
        double tick = new[] { 0.5, 1, 2, 5, 10, 30, 60, 300 }.FirstOrDefault(t => t * scale >= 50, 600);
        for (double second = 0; second <= seconds + 1e-6; second += tick)
        {
            double x = Left + (second * scale);
            body.Append(Invariant($"<line class=\"frame\" x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{y:F1}\" y2=\"{y + 5:F1}\"/><text class=\"faint\" x=\"{x:F1}\" y=\"{y + 19:F1}\" text-anchor=\"middle\">{second:0.#} s</text>\n"));
        }
    }

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));

    private static string Hue(int index) => Hues[index % Hues.Length];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
