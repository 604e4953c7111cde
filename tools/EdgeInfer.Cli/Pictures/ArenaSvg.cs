using System.Net;
using System.Text;
using EdgeInfer.Cli.Inspection;
using EdgeInfer.Cli.Terminal;

namespace EdgeInfer.Cli.Pictures;

/// <summary>
/// The arena over the time of one inference as SVG: a column an operator, addresses from top to bottom, a rectangle a tensor,
/// a dashed line for the bytes that hold values. Colours of text and ground follow the viewer's light or dark theme.
/// </summary>
internal static class ArenaSvg
{
    private const double PlotHeight = 420;
    private const double SmallestSegment = 14;
    private const double Gap = 12;
    private const double Left = 96;
    private const double Top = 64;
    private const double Bottom = 40;
    private const double Right = 16;
    private const double WidestPlot = 1180;
    private const double CharacterWidth = 6.2;

    private const string Style = """
        <style>
          text { font: 11px system-ui, sans-serif; fill: #1f2328; }
          .title { font-size: 15px; font-weight: 600; }
          .faint { fill: #656d76; }
          .ground { fill: #ffffff; }
          .frame { fill: none; stroke: #d0d7de; stroke-width: 1; }
          .tensor { stroke: #ffffff; stroke-width: 1; }
          .name { fill: #000000; font-size: 10px; pointer-events: none; }
          .load { fill: none; stroke: #1f2328; stroke-width: 1.2; stroke-dasharray: 4 3; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .faint { fill: #8b949e; }
            .ground { fill: #0d1117; }
            .frame { stroke: #30363d; }
            .tensor { stroke: #0d1117; }
            .name { fill: #000000; }
            .load { stroke: #e6edf3; }
          }
        </style>
        """;

    /// <summary>Draws the picture.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="program">The program.</param>
    /// <returns>The text of an SVG file.</returns>
    public static string Draw(string name, ModelProgram program)
    {
        int columns = program.Records.Count + 2;
        double step = Math.Clamp(WidestPlot / columns, 4, 64);
        double right = Left + (columns * step);
        StringBuilder body = new();
        string[] colors = ArenaPalette.Choose(program);
        double y = Top;
        foreach (IGrouping<TensorType, ArenaTensor> segment in program.Storages.GroupBy(t => t.Segment).OrderBy(s => s.Key))
        {
            int elements = segment.Max(t => t.Offset + t.Count);
            int bytes = elements * Arena.ElementBytes(segment.Key);
            double height = Math.Max(SmallestSegment, PlotHeight * bytes / Math.Max(1, program.Model.ArenaBytes));
            body.Append(Invariant($"<text x=\"{Left - 8:0.#}\" y=\"{y + 11:0.#}\" text-anchor=\"end\">{segment.Key}</text>\n"));
            if (height > 24) body.Append(Invariant($"<text class=\"faint\" x=\"{Left - 8:0.#}\" y=\"{y + 24:0.#}\" text-anchor=\"end\">{Wording.Count(bytes)} bytes</text>\n"));
            foreach (ArenaTensor tensor in segment) Rectangle(body, program, tensor, colors[tensor.Index], y, height / elements, step);
            Load(body, program, segment.Key, y, height / bytes, step);
            body.Append(Invariant($"<rect class=\"frame\" x=\"{Left:0.#}\" y=\"{y:0.#}\" width=\"{columns * step:0.#}\" height=\"{height:0.#}\"/>\n"));
            y += height + Gap;
        }

        Axis(body, program, columns, step, y);
        double totalWidth = Math.Max(right + Right, 640), totalHeight = y + Bottom;
        string title = WebUtility.HtmlEncode(name);
        string facts = $"arena {Wording.Count(program.Model.ArenaBytes)} bytes, lower bound {Wording.Count(program.LowerBoundBytes)} bytes; dashed: bytes that hold values";
        return Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{totalWidth:0}" height="{totalHeight:0}" viewBox="0 0 {totalWidth:0} {totalHeight:0}" role="img" aria-label="Arena of {title}">
            {Style}
            <rect class="ground" width="100%" height="100%"/>
            <text class="title" x="16" y="26">Arena of {title}</text>
            <text class="faint" x="16" y="45">{facts}</text>
            {body}</svg>

            """);
    }

    private static void Rectangle(StringBuilder body, ModelProgram program, ArenaTensor tensor, string color, double top, double scale, double step)
    {
        // Where an operator runs in place, its input ends and its output begins in the middle of the column.
        bool replaced = program.Records.Any(r => r.Index == tensor.LastUse && r.HasOutput && r.Output != tensor.Index && program.RunsInPlace(r)
            && program.Tensors[r.Output] is { } output && output.Segment == tensor.Segment && output.Offset == tensor.Offset);
        bool replaces = tensor.FirstUse >= 0 && tensor.FirstUse < program.Records.Count && program.Records[tensor.FirstUse].Output == tensor.Index
            && program.RunsInPlace(program.Records[tensor.FirstUse]);
        double x = Left + ((tensor.FirstUse + 1 + (replaces ? 0.5 : 0)) * step);
        double width = Left + ((tensor.LastUse + 2 - (replaced ? 0.5 : 0)) * step) - x;
        double y = top + (tensor.Offset * scale), height = tensor.Count * scale;
        string title = WebUtility.HtmlEncode($"{tensor.Name}: {Wording.Count(tensor.Bytes)} bytes at {tensor.Offset * Arena.ElementBytes(tensor.Type)}, {Life(program, tensor)}");
        body.Append(Invariant($"<rect class=\"tensor\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill=\"#{color}\"><title>{title}</title></rect>\n"));
        int room = (int)((width - 8) / CharacterWidth);
        if (height < 13 || room < 5) return;

        string name = tensor.Name.Split(';')[0];
        if (name.Length > room) name = string.Concat("…", name.AsSpan(name.Length - room + 1));
        body.Append(Invariant($"<text class=\"name\" x=\"{x + 4:0.##}\" y=\"{y + Math.Min(height / 2 + 4, 14):0.##}\">{WebUtility.HtmlEncode(name)}</text>\n"));
    }

    private static void Load(StringBuilder body, ModelProgram program, TensorType segment, double top, double scale, double step)
    {
        body.Append("<polyline class=\"load\" points=\"");
        for (int op = -1; op <= program.Records.Count; op++)
        {
            double y = top + (program.BytesAt(op, segment) * scale), x = Left + ((op + 1) * step);
            body.Append(Invariant($"{x:0.##},{y:0.##} {x + step:0.##},{y:0.##} "));
        }

        body.Append("\"/>\n");
    }

    private static void Axis(StringBuilder body, ModelProgram program, int columns, double step, double y)
    {
        double free = 0;
        for (int column = 0; column < columns; column++)
        {
            string label = column == 0 ? "in" : column == columns - 1 ? "out" : step > 48 ? program.Records[column - 1].Code.ToString() : Invariant($"{column - 1}");
            double x = Left + ((column + 0.5) * step), width = label.Length * CharacterWidth;
            if (width > step && step > 48) label = Invariant($"{column - 1}");
            if (x - (width / 2) < free) continue;

            body.Append(Invariant($"<text class=\"faint\" x=\"{x:0.#}\" y=\"{y + 4:0.#}\" text-anchor=\"middle\">{label}</text>\n"));
            free = x + (width / 2) + 4;
        }

        body.Append(Invariant($"<text class=\"faint\" x=\"{Left:0.#}\" y=\"{y + 22:0.#}\">operators in the order in which they run</text>\n"));
    }

    private static string Life(ModelProgram program, ArenaTensor tensor)
    {
        if (tensor.IsPersistent) return "kept between inferences";
        return tensor.IsScratch ? $"scratch while operator {tensor.FirstUse} runs" : $"from {Moment(tensor.FirstUse)} to {Moment(tensor.LastUse)}";

        string Moment(int op) => op < 0 ? "the input" : op >= program.Records.Count ? "the end" : $"operator {op}";
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
