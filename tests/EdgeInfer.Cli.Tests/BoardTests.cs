using System.Text;
using System.Text.Json;
using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Tests;

public sealed class BoardTests
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!).Where(f => f != "board.schema.json").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_board_follows_the_schema(string file)
    {
        JsonElement schema = Json("board.schema.json"), board = Json(file);
        Assert.Empty(JsonSchema.Validate(board, schema));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), board.GetProperty("name").GetString());
        Assert.Contains(BoardCatalog.All, b => b.Name == board.GetProperty("name").GetString());
    }

    [Fact]
    public void The_catalogue_holds_every_file_and_nothing_else()
    {
        Assert.Equal(Directory.GetFiles(Folder, "*.json").Length - 1, BoardCatalog.All.Count);
        foreach (string chip in new[] { "ESP32", "ESP32-S3", "ESP32-C3", "ESP32-C6" }) Assert.Contains(BoardCatalog.All, b => b.Chip == chip);
    }

    [Theory]
    [InlineData("\"clockMHz\"", "\"clock\"", "clock")]
    [InlineData("\"basis\": \"source\"", "\"basis\": \"rumour\"", "basis")]
    [InlineData("\"value\": 160", "\"value\": \"160\"", "clockMHz")]
    public void A_wrong_file_is_refused_with_its_line_and_field(string right, string wrong, string where)
    {
        string text = File.ReadAllText(Path.Combine(Folder, "esp32-c3-devkitm-1.json"));
        Assert.Contains(right, text, StringComparison.Ordinal);
        byte[] changed = Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => Board.Parse(changed, "board.json"));
        Assert.StartsWith("board.json, line ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(where, refusal.Message, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(changed);
        Assert.NotEmpty(JsonSchema.Validate(document.RootElement, Json("board.schema.json")));
    }

    [Theory]
    [InlineData(30_000, FitVerdict.Resource, "")]
    [InlineData(35_841, FitVerdict.File, "1 KB over the budget")]
    [InlineData(45_000, FitVerdict.None, "2 KB over the budget")]
    public void A_model_fits_as_a_resource_from_a_file_or_not_at_all(int memory, FitVerdict verdict, string reason)
    {
        Board board = BoardCatalog.All.Single(b => b.Name == "esp32-c3-devkitm-1");
        ModelFootprint model = new(Blob: memory - 2_000, Tables: 1_000, Weights: memory - 10_000, Arena: 1_000, LargestTable: 1_000);
        BoardFit fit = BoardFit.Of(board, model, 2 * board.Speed.InstructionsPerSecond.Value);
        Assert.Equal((verdict, reason), (fit.Verdict, fit.Reason));
        Assert.Equal(verdict == FitVerdict.Resource ? memory : memory - 8_000, fit.MemoryBytes);
        Assert.Equal(2.0, fit.Seconds);
    }

    [Fact]
    public void A_model_too_large_for_the_heap_fits_with_a_buffer_for_its_weights()
    {
        Board board = BoardCatalog.All.Single(b => b.Name == "esp32-devkitc");
        ModelFootprint model = new(Blob: 240_000, Tables: 20_000, Weights: 200_000, Arena: 30_000, LargestTable: 30_000) { LargestLayer = 20_000 };
        BoardFit fit = BoardFit.Of(board, model, 1);
        Assert.Equal((FitVerdict.Streamed, 29_872, 81_920L), (fit.Verdict, fit.WeightBuffer, fit.MemoryBytes));
        Assert.Equal(FitVerdict.None, BoardFit.Of(board, model with { LargestLayer = 29_860 }, 1).Verdict);
    }

    [Fact]
    public void One_array_must_not_exceed_what_the_heap_can_hold()
    {
        Board board = BoardCatalog.All.Single(b => b.Name == "esp32-s3-devkitc-1");
        BoardFit large = BoardFit.Of(board, new ModelFootprint(900_000, 1_000, 700_000, 1_000, 1_000), 1);
        Assert.Equal((FitVerdict.File, "an array of 900000 bytes is too large for the heap"), (large.Verdict, large.Reason));
        BoardFit larger = BoardFit.Of(board, new ModelFootprint(900_000, 1_000, 800_000, 1_000, 1_000), 1);
        Assert.Equal((FitVerdict.None, "an array of 800000 bytes is too large for the heap"), (larger.Verdict, larger.Reason));
        BoardFit arena = BoardFit.Of(board, new ModelFootprint(100_000, 1_000, 90_000, 900_000, 890_000), 1);
        Assert.Equal(FitVerdict.None, arena.Verdict);
    }

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file))).RootElement;

    private static string FindFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "boards", "board.schema.json"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("The repository's folder boards is not above the tests."), "boards");
    }
}
