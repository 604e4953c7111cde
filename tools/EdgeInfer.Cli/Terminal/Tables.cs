using Spectre.Console;

namespace EdgeInfer.Cli.Terminal;

/// <summary>Tables as reports have them: a line below the heading and one space between columns.</summary>
internal static class Tables
{
    private const int Gap = 1;

    /// <summary>An empty table.</summary>
    public static Table New() => new Table().Border(TableBorder.SimpleHeavy).BorderStyle(new Style(Color.Grey));

    /// <summary>Adds a column of names.</summary>
    public static void Left(this Table table, string title) => table.AddColumn(new TableColumn(title).NoWrap().Padding(0, 0, Gap, 0));

    /// <summary>Adds a column of numbers.</summary>
    public static void Right(this Table table, string title) => table.AddColumn(new TableColumn(title).RightAligned().NoWrap().Padding(0, 0, Gap, 0));

    /// <summary>Adds a column of sentences, which may be broken.</summary>
    public static void Sentence(this Table table, string title) => table.AddColumn(new TableColumn(title).Padding(0, 0, Gap, 0));
}
