using System.Globalization;
using System.Net;
using System.Text;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer.Search;

namespace EdgeInfer.Quantizer.Analysis;

/// <summary>The analysis as one HTML file that needs nothing else: figures, pictures as inline SVG, and advice. Light or dark as the reader's system has it.</summary>
public static class HtmlReport
{
    private const int WorstLayers = 3;

    private const string Style = """
        :root { color-scheme: light dark; --page: #fcfcfb; --card: #ffffff; --line: #e3e2de; --text: #1c1b19; --soft: #6b6a65; --one: #2a6fb0; --two: #c46a1a; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --page: #171716; --card: #201f1e; --line: #3a3937; --text: #ecebe7; --soft: #a3a19a; --one: #6aaae6; --two: #e49a54; --bad: #f2887f; } }
        body { margin: 0 auto; max-width: 1080px; padding: 32px 24px 64px; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 26px; margin: 0; } h2 { font-size: 18px; margin: 36px 0 8px; } p.sub { color: var(--soft); margin: 4px 0 8px; max-width: 75ch; }
        .cards { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 20px; } .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; min-width: 130px; }
        .card b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; } .card span { color: var(--soft); font-size: 13px; }
        .panel { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; overflow-x: auto; }
        svg text { fill: var(--text); font: 12px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; } .legend i.dot { border-radius: 50%; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 12px; } .grid h3 { margin: 0 0 4px; font-size: 13px; overflow-wrap: anywhere; } .grid p { margin: 4px 0 0; color: var(--soft); font-size: 12px; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; overflow-wrap: anywhere; }
        .bad { color: var(--bad); } ul { margin: 4px 0 12px; padding-left: 20px; } .legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin: 0 6px 0 0; vertical-align: -1px; }
        """;

    /// <summary>Writes the report.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="facts">Figures for the head of the page: what, and how much.</param>
    /// <param name="recipe">How the model was quantized, a line each.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="widening">The command that quantizes the model so but for a layer, which it gives 16-bit activations.</param>
    /// <param name="tradeOff">The recipes that were tried; null where one was asked for.</param>
    /// <returns>The page.</returns>
    public static string Write(string model, IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<string> recipe, IReadOnlyList<LayerAnalysis> layers, Func<string, string> widening, TradeOff? tradeOff = null)
    {
        StringBuilder page = new();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(Text(model)).Append(" quantized</title><style>").Append(Style).Append("</style></head><body>");
        page.Append("<h1>").Append(Text(model)).Append("</h1><p class=\"sub\">").AppendJoin("<br>", recipe.Select(Text)).Append("</p><div class=\"cards\">");
        foreach ((string name, string value) in facts) page.Append("<div class=\"card\"><b>").Append(Text(value)).Append("</b><span>").Append(Text(name)).Append("</span></div>");
        page.Append("</div>");
        if (tradeOff is not null) TradeOffChart.Write(page, tradeOff.Trials, tradeOff.FloatScore, tradeOff.InstructionsPerSecond);
        page.Append("<h2>Noise, layer by layer</h2><p class=\"sub\">Signal-to-quantization-noise ratio in decibels: longer is better, six decibels are one bit.</p><p class=\"sub legend\"><i style=\"background:var(--one)\"></i>all layers quantized, at this layer&emsp;<i style=\"background:var(--two)\"></i>this layer alone quantized, at the output</p><div class=\"panel\">");
        page.Append(Bars(layers)).Append("</div>");
        WriteAdvice(page, layers, widening);
        page.Append("<h2>Ranges</h2><p class=\"sub\">How often each number occurs (logarithmic), and between the lines the range that the integers cover.</p><div class=\"grid\">");
        foreach (LayerAnalysis layer in layers) page.Append("<div class=\"panel\"><h3>").Append(Text(layer.Tensor.Name)).Append("</h3>").Append(Histogram(layer)).Append("<p>").Append(Text(RangeOf(layer))).Append("</p></div>");
        page.Append("</div>");
        WriteTable(page, layers);
        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteAdvice(StringBuilder page, IReadOnlyList<LayerAnalysis> layers, Func<string, string> widening)
    {
        page.Append("<h2>What to do</h2>");
        (LayerAnalysis Layer, string[] Lines)[] worst = [.. layers.OrderBy(l => l.Sensitivity).Select(l => (l, Advice.For(l, widening).ToArray())).Where(a => a.Item2.Length > 0).Take(WorstLayers)];
        if (worst.Length == 0)
        {
            page.Append("<p class=\"sub\">Nothing stands out: every layer keeps its noise far below its signal.</p>");
            return;
        }

        foreach ((LayerAnalysis layer, string[] lines) in worst)
        {
            page.Append("<b>").Append(Text($"{layer.Operator} {layer.Tensor.Name}")).Append("</b><ul>");
            foreach (string line in lines) page.Append("<li>").Append(Text(line)).Append("</li>");
            page.Append("</ul>");
        }
    }

    private static void WriteTable(StringBuilder page, IReadOnlyList<LayerAnalysis> layers)
    {
        page.Append("<h2>Figures</h2><div class=\"panel\"><table><tr><th>layer</th><th>result</th><th>SQNR dB</th><th>alone dB</th><th>with 16 bits dB</th><th>cut off</th><th>min</th><th>max</th><th>scale</th><th>zero point</th></tr>");
        foreach (LayerAnalysis layer in layers)
        {
            page.Append("<tr><td>").Append(Text(layer.Operator)).Append("</td><td>").Append(Text(layer.Tensor.Name));
            string[] cells =
            [
                Number(layer.Sqnr, "0.0"), Number(layer.Sensitivity, "0.0"), layer.Widened is { } widened ? Number(widened, "0.0") : string.Empty, Number(100 * layer.Saturation, "0.00") + " %",
                Number(layer.Seen.Min, "G4"), Number(layer.Seen.Max, "G4"), Number(layer.Tensor.Quantization?.Scale ?? 0, "G4"), Number(layer.Tensor.Quantization?.ZeroPoint ?? 0, "0"),
            ];
            foreach (string cell in cells) page.Append("</td><td>").Append(cell);
            page.Append("</td></tr>");
        }

        page.Append("</table></div>");
    }

    private static string Bars(IReadOnlyList<LayerAnalysis> layers)
    {
        const int Row = 34, Left = 300, Width = 620;
        double most = layers.Select(l => Math.Min(100, Math.Max(l.Sqnr, l.Sensitivity))).Append(10).Max();
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Left + Width + 60} {(layers.Count * Row) + 8}\" width=\"100%\" role=\"img\" aria-label=\"Noise of every layer\">");
        for (int i = 0; i < layers.Count; i++)
        {
            LayerAnalysis layer = layers[i];
            int y = (i * Row) + 6;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 11}\">{Text(Short(layer.Tensor.Name))}</text><text class=\"soft\" x=\"0\" y=\"{y + 24}\" style=\"font-size:10px\">{Text(layer.Operator)}</text>");
            Bar(layer.Sqnr, y, "--one");
            Bar(layer.Sensitivity, y + 13, "--two");
        }

        return svg.Append("</svg>").ToString();

        void Bar(double decibels, int y, string colour)
        {
            double length = Math.Clamp(decibels / most, 0.003, 1) * Width;
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{length:0.#}\" height=\"11\" rx=\"2\" style=\"fill:var({colour})\"/><text class=\"soft\" x=\"{Left + length + 6:0.#}\" y=\"{y + 10}\" style=\"font-size:10px\">{decibels:0.0}</text>");
        }
    }

    private static string Histogram(LayerAnalysis layer)
    {
        const int Columns = 128, Width = 256, Height = 80;
        double[] heights = new double[Columns];
        int bins = layer.Seen.Histogram.Length / Columns;
        for (int c = 0; c < Columns; c++) heights[c] = Math.Log(1 + layer.Seen.Histogram.AsSpan(c * bins, bins).ToArray().Sum());
        double highest = Math.Max(heights.Max(), 1e-9), min = layer.Seen.Min, span = Math.Max(layer.Seen.Max - min, 1e-30);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + 2}\" width=\"100%\" role=\"img\" aria-label=\"Distribution\">");
        for (int c = 0; c < Columns; c++)
        {
            double height = heights[c] / highest * Height;
            if (height > 0) svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{c * 2}\" y=\"{Height - height:0.#}\" width=\"2\" height=\"{height:0.#}\" style=\"fill:var(--one)\"/>");
        }

        if (layer.Tensor.Quantization is { } quantization)
        {
            int most = UniformQuantizer.LargestOf(quantization.Bits);
            foreach (int end in new[] { -most - 1, most })
            {
                double x = (quantization.Scale * (end - quantization.ZeroPoint) - min) / span * Width;
                if (x is >= 0 and <= Width) svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"0\" y2=\"{Height}\" style=\"stroke:var(--two);stroke-width:1.5\"/>");
            }
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"0\" x2=\"{Width}\" y1=\"{Height + 0.5}\" y2=\"{Height + 0.5}\" style=\"stroke:var(--line)\"/></svg>").ToString();
    }

    private static string RangeOf(LayerAnalysis layer)
    {
        string seen = string.Create(CultureInfo.InvariantCulture, $"seen {layer.Seen.Min:G4} to {layer.Seen.Max:G4}");
        if (layer.Tensor.Quantization is not { } q) return seen;

        int most = UniformQuantizer.LargestOf(q.Bits);
        return string.Create(CultureInfo.InvariantCulture, $"{seen}; int{q.Bits} {q.Scale * (-most - 1 - q.ZeroPoint):G4} to {q.Scale * (most - q.ZeroPoint):G4}");
    }

    private static string Short(string name) => name.Length <= 42 ? name : string.Concat(name.AsSpan(0, 20), "…", name.AsSpan(name.Length - 20));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>The recipes that were tried, for the chart of what they cost and lose.</summary>
/// <param name="Trials">The trials, the chosen one first.</param>
/// <param name="FloatScore">Score of the model of floats on the same samples; null where they are not labelled.</param>
/// <param name="InstructionsPerSecond">Speed of a board, to tell time; null to tell instructions.</param>
public sealed record TradeOff(IReadOnlyList<RecipeTrial> Trials, double? FloatScore, double? InstructionsPerSecond);
