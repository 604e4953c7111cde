using EdgeInfer.Cli.Inspection;
using EdgeInfer.Cli.Terminal;

namespace EdgeInfer.Cli.Pictures;

/// <summary>
/// The arena over the time of one inference: a column an operator, addresses from top to bottom, a colour a tensor. Without
/// colours every tensor is a letter.
/// </summary>
internal sealed class ArenaTerminalPicture
{
    private const int Rows = 16;
    private const int Margin = 10;
    private const int WidestColumn = 6;
    private const int LegendLines = 8;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly ModelProgram _program;
    private readonly CommandConsole _console;
    private readonly string[] _colors;
    private readonly int _columnWidth;
    private readonly int _operatorsPerColumn;

    private ArenaTerminalPicture(ModelProgram program, CommandConsole console)
    {
        _program = program;
        _console = console;
        _colors = ArenaPalette.Choose(program);
        int columns = program.Records.Count + 2;
        int room = Math.Max(columns / 8, console.Width - Margin - 1);
        _operatorsPerColumn = (columns + room - 1) / room;
        _columnWidth = _operatorsPerColumn > 1 ? 1 : Math.Clamp(room / columns, 1, WidestColumn);
    }

    private int Columns => (_program.Records.Count + 2 + _operatorsPerColumn - 1) / _operatorsPerColumn;

    /// <summary>Draws the picture.</summary>
    /// <param name="program">The program.</param>
    /// <param name="console">Where to.</param>
    public static void Draw(ModelProgram program, CommandConsole console) => new ArenaTerminalPicture(program, console).Draw();

    private void Draw()
    {
        int arena = Math.Max(1, _program.Model.ArenaBytes);
        foreach (IGrouping<TensorType, ArenaTensor> segment in _program.Storages.GroupBy(t => t.Segment).OrderBy(s => s.Key))
        {
            int elements = segment.Max(t => t.Offset + t.Count);
            int bytes = elements * Arena.ElementBytes(segment.Key);
            int rows = Math.Max(1, (int)Math.Round((double)Rows * bytes / arena));
            string label = $"{segment.Key.ToString().ToLowerInvariant()}";
            for (int row = 0; row < rows; row++)
            {
                string margin = row == 0 ? label : row == 1 ? $"{Wording.Count(bytes)}" : string.Empty;
                if (rows == 1) margin = $"{label} {bytes}";
                _console.Line($"[dim]{Clip(margin).PadLeft(Margin - 1)}[/] {Row([.. segment], elements, rows, row)}");
            }
        }

        _console.Line($"[dim]{"time".PadLeft(Margin - 1)} {TimeAxis()}[/]");
        DrawLegend();
    }

    private static string Clip(string text) => text.Length > Margin - 1 ? text[..(Margin - 1)] : text;

    private string Row(IReadOnlyList<ArenaTensor> segment, int elements, int rows, int row)
    {
        // A character shows two addresses, one above the other; letters show one.
        double upper = (row + 0.25) * elements / rows, lower = (row + 0.75) * elements / rows, middle = (row + 0.5) * elements / rows;
        System.Text.StringBuilder line = new();
        for (int column = 0; column < Columns; column++)
        {
            if (_console.HasColors)
            {
                line.Append(Cell(At(segment, column, upper), At(segment, column, lower)));
            }
            else
            {
                ArenaTensor? tensor = At(segment, column, middle);
                line.Append(new string(tensor is null ? '.' : LetterOf(tensor), _columnWidth));
            }
        }

        return line.ToString();
    }

    private string Cell(ArenaTensor? upper, ArenaTensor? lower)
    {
        string Block(char c) => new(c, _columnWidth);
        if (upper is null && lower is null) return Block(' ');
        if (upper is null) return $"[#{_colors[lower!.Index]}]{Block('▄')}[/]";
        return lower is null ? $"[#{_colors[upper.Index]}]{Block('▀')}[/]" : $"[#{_colors[upper.Index]} on #{_colors[lower.Index]}]{Block('▀')}[/]";
    }

    /// <summary>The tensor that holds an address; where an operator runs in place, its output.</summary>
    private ArenaTensor? At(IReadOnlyList<ArenaTensor> segment, int column, double element)
    {
        int first = (column * _operatorsPerColumn) - 1;
        return segment.LastOrDefault(t =>
            t.Offset <= element && element < t.Offset + t.Count && t.FirstUse < first + _operatorsPerColumn && t.LastUse >= first);
    }

    private string TimeAxis()
    {
        char[] axis = [.. Enumerable.Repeat(' ', Columns * _columnWidth)];
        int next = 0;
        for (int column = 0; column < Columns; column++)
        {
            int op = (column * _operatorsPerColumn) - 1;
            string text = op < 0 ? "in" : op >= _program.Records.Count ? "out" : op.ToString(System.Globalization.CultureInfo.InvariantCulture);
            int position = column * _columnWidth;
            if (position < next || position + text.Length > axis.Length) continue;

            text.CopyTo(0, axis, position, text.Length);
            next = position + text.Length + 1;
        }

        return new string(axis);
    }

    private void DrawLegend()
    {
        foreach (ArenaTensor tensor in _program.Storages.OrderByDescending(t => t.Bytes).ThenBy(t => t.Index).Take(LegendLines).OrderBy(t => t.FirstUse).ThenBy(t => t.Index))
        {
            string mark = _console.HasColors ? $"[#{_colors[tensor.Index]}]██[/]" : $"{LetterOf(tensor)} ";
            string life = tensor.IsPersistent ? "always" : $"{Moment(tensor.FirstUse)} to {Moment(tensor.LastUse)}";
            int room = Math.Max(12, _console.Width - Margin - 32);
            _console.Line($"{new string(' ', Margin)}{mark} {Wording.Name(tensor.Name, room)} [dim]{Wording.Count(tensor.Bytes)} bytes, {life}[/]");
        }

        int others = _program.Storages.Count - LegendLines;
        if (others > 0) _console.Line($"{new string(' ', Margin)}[dim]and {others} smaller[/]");
    }

    private string Moment(int op) => op < 0 ? "in" : op >= _program.Records.Count ? "out" : op.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static char LetterOf(ArenaTensor tensor) => tensor.IsScratch ? '#' : Letters[tensor.Index % Letters.Length];
}
