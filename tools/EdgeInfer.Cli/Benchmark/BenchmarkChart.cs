using System.Net;
using System.Text;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>Draws figures: a line a kernel or model, a dot a figure, on a logarithmic axis, because a ratio is what counts.</summary>
internal static class BenchmarkChart
{
    private const double Left = 300;
    private const double Right = 24;
    private const double Plot = 620;
    private const double RowHeight = 19;
    private const double Head = 58;
    private const double Foot = 34;

    private const string Style = """
        <style>
          text { font: 11px system-ui, sans-serif; fill: #1f2328; }
          .title { font-size: 14px; font-weight: 600; }
          .faint { fill: #656d76; }
          .ground { fill: #ffffff; }
          .grid { stroke: #d8dee4; stroke-width: 1; }
          .span { stroke: #afb8c1; stroke-width: 2; }
          .other { fill: #8c959f; }
          .rival { fill: #bf8700; }
          .second { fill: #8250df; }
          .ours { fill: #0969da; }
          .goal { stroke: #1a7f37; stroke-width: 2.5; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .faint { fill: #8b949e; }
            .ground { fill: #0d1117; }
            .grid { stroke: #21262d; }
            .span { stroke: #484f58; }
            .other { fill: #8b949e; }
            .rival { fill: #d29922; }
            .second { fill: #a371f7; }
            .ours { fill: #58a6ff; }
            .goal { stroke: #3fb950; }
          }
        </style>
        """;

    /// <summary>Draws the picture.</summary>
    /// <param name="report">The figures.</param>
    /// <returns>The text of an SVG file.</returns>
    public static string Draw(BenchmarkReport report)
    {
        StringBuilder body = new();
        string[] managed = ["ours", "other", "goal"], native = ["ours", "other", "rival", "second", "goal"];
        string[] managedLegend = ["EdgeInfer", "plain port", "goal"], nativeLegend = ["EdgeInfer", "TFLM reference", "ESP-NN, optimised C", "CMSIS-NN, portable C", "goal"];
        double y = 8;
        y = Panel(body, y, "Kernels on the interpreter", managed, managedLegend, [.. report.Kernels.Where(r => r.Macs > 0).Select(Managed)]);
        y = Panel(body, y, "Models on the interpreter", managed, managedLegend, [.. report.Models.Where(r => r.Macs > 0).Select(Managed)]);
        y = Panel(body, y, "Native kernels", native, nativeLegend, [.. report.Kernels.Where(r => r.Macs > 0 && r.Native is not null).Select(Native)]);
        y = Panel(body, y, "Models with native kernels", native, nativeLegend, [.. report.Models.Where(r => r.Macs > 0 && r.Native is not null).Select(Native)]);
        double width = Left + Plot + Right;
        return Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width:0}" height="{y:0}" viewBox="0 0 {width:0} {y:0}" role="img" aria-label="What kernels and models cost">
            {Style}
            <rect class="ground" width="100%" height="100%"/>
            {body}</svg>

            """).ReplaceLineEndings("\n");
    }

    private static ChartRow Managed(BenchmarkRow row) => new(row.Name, [row.Managed.PerUnit, row.Plain.PerUnit, PerUnit(row, row.Goal?.Managed)]);

    private static ChartRow Native(BenchmarkRow row) => new(row.Name, [row.Native!.PerUnit, PerUnit(row, row.Goal?.Tflm), PerUnit(row, row.Goal?.EspNnOptimized), PerUnit(row, row.Goal?.CmsisNn), PerUnit(row, row.Goal?.Native)]);

    private static double? PerUnit(BenchmarkRow row, double? figure) => row.Goal?.Per == "inference" ? figure / row.Units : figure;

    private static double Panel(StringBuilder body, double top, string title, string[] kinds, string[] legend, IReadOnlyList<ChartRow> rows)
    {
        if (rows.Count == 0) return top;

        double[] values = [.. rows.SelectMany(r => r.Values).OfType<double>()];
        double low = Math.Log10(values.Min() * 0.8), high = Math.Log10(values.Max() * 1.2);
        double bottom = top + Head + (rows.Count * RowHeight);
        double X(double value) => Left + ((Math.Log10(value) - low) / (high - low) * Plot);

        body.Append(Invariant($"<text class=\"title\" x=\"16\" y=\"{top + 18:0.#}\">{title}</text>\n<text class=\"faint\" x=\"16\" y=\"{top + 34:0.#}\">RV32 instructions a multiply-accumulate, logarithmic</text>\n"));
        double x = Left;
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            Mark(body, kinds[kind], x + 6, top + 14, legend[kind]);
            body.Append(Invariant($"<text x=\"{x + 17:0.#}\" y=\"{top + 18:0.#}\">{legend[kind]}</text>\n"));
            x += 40 + (legend[kind].Length * 6.5);
        }

        foreach (double tick in Ticks(low, high))
        {
            body.Append(Invariant($"<line class=\"grid\" x1=\"{X(tick):0.#}\" y1=\"{top + Head - 8:0.#}\" x2=\"{X(tick):0.#}\" y2=\"{bottom:0.#}\"/>\n"));
            body.Append(Invariant($"<text class=\"faint\" x=\"{X(tick):0.#}\" y=\"{bottom + 14:0.#}\" text-anchor=\"middle\">{tick:0.##}</text>\n"));
        }

        for (int i = 0; i < rows.Count; i++)
        {
            double y = top + Head + ((i + 0.5) * RowHeight) - 4;
            double[] known = [.. rows[i].Values.SkipLast(1).OfType<double>()];
            body.Append(Invariant($"<text x=\"{Left - 12:0.#}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{WebUtility.HtmlEncode(rows[i].Name)}</text>\n"));
            body.Append(Invariant($"<line class=\"span\" x1=\"{X(known.Min()):0.#}\" y1=\"{y:0.#}\" x2=\"{X(known.Max()):0.#}\" y2=\"{y:0.#}\"/>\n"));
            for (int kind = kinds.Length - 1; kind >= 0; kind--)
            {
                if (rows[i].Values[kind] is { } value) Mark(body, kinds[kind], X(value), y, Invariant($"{legend[kind]}: {value:0.#}"));
            }
        }

        return bottom + Foot;
    }

    private static void Mark(StringBuilder body, string kind, double x, double y, string title)
    {
        title = $"<title>{WebUtility.HtmlEncode(title)}</title>";
        body.Append(kind == "goal"
            ? Invariant($"<line class=\"goal\" x1=\"{x:0.#}\" y1=\"{y - 7:0.#}\" x2=\"{x:0.#}\" y2=\"{y + 7:0.#}\">{title}</line>\n")
            : Invariant($"<circle class=\"{kind}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{(kind == "ours" ? 5 : 4):0}\">{title}</circle>\n"));
    }

    /// <summary>1, 2 and 5 of every power of ten within the axis.</summary>
    private static IEnumerable<double> Ticks(double low, double high)
    {
        for (int power = (int)Math.Floor(low); power <= high; power++)
        {
            foreach (int digit in new[] { 1, 2, 5 })
            {
                double tick = digit * Math.Pow(10, power);
                if (Math.Log10(tick) >= low && Math.Log10(tick) <= high) yield return tick;
            }
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A line of a panel: figures in the order of its kinds, the goal last; null for those that nobody knows.</summary>
    private sealed record ChartRow(string Name, double?[] Values);
}
