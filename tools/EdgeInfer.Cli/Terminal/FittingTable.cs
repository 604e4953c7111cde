using Spectre.Console;

namespace EdgeInfer.Cli.Terminal;

/// <summary>A table that leaves out columns, the least important first, until it fits the terminal, and fills what is left with bars.</summary>
internal sealed class FittingTable
{
    private const int Frame = 2;
    private const int Between = 2;
    private const int ShortestBar = 6;
    private const int LongestBar = 24;

    private readonly List<Column> _columns = [];
    private double[]? _bars;

    /// <summary>Adds a column that is always shown.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="cells">Markup of its cells.</param>
    /// <param name="isText">True for words, false for numbers.</param>
    public void Add(string title, IEnumerable<string> cells, bool isText = false) => Add(title, cells, int.MaxValue, isText);

    /// <summary>Adds a column that may be left out.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="cells">Markup of its cells; the column is not shown where all are empty.</param>
    /// <param name="importance">Columns with the least are left out first.</param>
    public void AddOptional(string title, IEnumerable<string> cells, int importance) => Add(title, cells, importance, isText: false);

    /// <summary>Sets the bars at the end of the rows.</summary>
    /// <param name="shares">Their lengths, of the longest one.</param>
    public void AddBars(IEnumerable<double> shares) => _bars = [.. shares];

    /// <summary>Writes the table.</summary>
    /// <param name="console">Where to.</param>
    public void Write(CommandConsole console)
    {
        List<Column> shown = [.. _columns];
        while (Width(shown) > console.Width && shown.MinBy(c => c.Importance) is { Importance: < int.MaxValue } least) shown.Remove(least);

        Table table = Tables.New();
        foreach (Column column in shown)
        {
            if (column.IsText) table.Left(column.Title);
            else table.Right(column.Title);
        }

        int room = Math.Min(LongestBar, console.Width - Width(shown) - Between);
        bool withBars = _bars is not null && room >= ShortestBar;
        if (withBars) table.Left(string.Empty);
        for (int row = 0; row < _columns[0].Cells.Length; row++)
        {
            IEnumerable<string> cells = shown.Select(c => c.Cells[row]);
            table.AddRow([.. withBars ? cells.Append($"[blue]{new string('━', (int)Math.Ceiling(_bars![row] * room))}[/]") : cells]);
        }

        console.Rich.Write(table);
    }

    private void Add(string title, IEnumerable<string> cells, int importance, bool isText)
    {
        string[] all = [.. cells];
        if (importance < int.MaxValue && Array.TrueForAll(all, c => c.Length == 0)) return;

        _columns.Add(new Column(title, all, importance, isText, Math.Max(title.Length, all.Max(c => Markup.Remove(c).Length))));
    }

    private static int Width(List<Column> columns) => Frame + columns.Sum(c => c.Width + Between);

    private sealed record Column(string Title, string[] Cells, int Importance, bool IsText, int Width);
}
