using System.Globalization;
using System.Text;
using EdgeInfer.Cli.Demo;
using EdgeInfer.Cli.Listening;
using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Tests;

/// <summary>What a second of listening costs; the page about audio carries the tables.</summary>
public class ListeningPageTests
{
    private const string Start = "<!-- cost of a second -->\n";
    private const string End = "<!-- end -->\n";

    [Fact]
    public void The_page_says_what_a_second_of_listening_costs()
    {
        Recording sentence = DemoAssets.Sentence;
        Recording words = sentence with { Samples = sentence.Samples[(3 * sentence.Rate)..(5 * sentence.Rate)] };
        Recording quiet = new("quiet", [.. Enumerable.Range(0, 2 * sentence.Rate).Select(i => (short)((i * 7 % 5) - 2))], sentence.Rate);
        ListeningCost always = Measure(words, false), gated = Measure(quiet, true);
        Recording word = quiet with { Samples = [.. quiet.Samples, .. sentence.Samples[(62 * sentence.Rate / 10)..(72 * sentence.Rate / 10)], .. quiet.Samples] };
        ListeningCost spoken = Measure(word, true).Beyond(gated, word.Seconds);
        string table = Table(always, gated, spoken);

        string path = Path.Combine(Repository(), "docs", "audio.md");
        string page = File.ReadAllText(path).ReplaceLineEndings("\n");
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int to = page.IndexOf(End, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("EDGEINFER_UPDATE_DOCS") == "1") File.WriteAllText(path, page[..from] + table + page[to..]);
        else Assert.Equal(table, page[from..to]);

        Assert.InRange(always.Total, 0, ListeningCost.Budget);
        Assert.InRange(gated.Total, 0, ListeningCost.GatedBudget);
        Assert.InRange(spoken.Model, 1, ListeningCost.WordBudget);
        Assert.InRange(spoken.Total, 0, ListeningCost.WordBudget);
    }

    private static ListeningCost Measure(Recording recording, bool isGated) => ListeningCost.Measure(DemoAssets.KeywordModel, recording, isGated, static _ => { });

    private static string Table(ListeningCost always, ListeningCost gated, ListeningCost spoken)
    {
        StringBuilder table = new();
        table.Append("| million instructions a second, or a word | capture | front end | model | detector | total | budget |\n|---|--:|--:|--:|--:|--:|--:|\n");
        Row("listening always", always, ListeningCost.Budget);
        Row("gated, in quiet", gated, ListeningCost.GatedBudget);
        Row("gated, a word in quiet, beyond what the quiet costs", spoken, ListeningCost.WordBudget);
        table.Append("\n| board | million a second | listening always | gated, in quiet |\n|---|--:|--:|--:|\n");
        foreach (Board board in BoardCatalog.All)
        {
            double speed = board.Speed.InstructionsPerSecond.Value;
            table.Append(CultureInfo.InvariantCulture, $"| {board.Title} | {speed / 1e6:F0} | {100 * always.Total / speed:F0} % | {100 * gated.Total / speed:F0} % |\n");
        }

        return table.ToString();

        void Row(string name, ListeningCost cost, double budget) =>
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {cost.Capture / 1e6:F1} | {cost.FrontEnd / 1e6:F1} | {cost.Model / 1e6:F1} | {cost.Detector / 1e6:F1} | {cost.Total / 1e6:F1} | {budget / 1e6:F0} |\n");
    }

    private static string Repository()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeInfer.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
