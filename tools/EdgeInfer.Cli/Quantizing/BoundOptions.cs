using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeInfer.Cli.Commands;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Quantizer.Search;

namespace EdgeInfer.Cli.Quantizing;

/// <summary>What a model may take and lose, as options of a command.</summary>
internal sealed class BoundOptions
{
    private readonly Option<int?> _bytes = new Option<int?>("--max-bytes") { Description = "Bytes that the blob may take; layers get 4-bit weights where that costs least.", HelpName = "BYTES" }.Between(1, int.MaxValue);
    private readonly Option<int?> _weights = new Option<int?>("--max-weights") { Description = "Bytes that weights may take, in percent of what they take with 8 bits.", HelpName = "PERCENT" }.Between(1, 100);
    private readonly Option<int?> _arena = new Option<int?>("--max-arena") { Description = "Bytes that the arena may take; the model is run in bands where it is too wide.", HelpName = "BYTES" }.Between(1, int.MaxValue);
    private readonly Option<string?> _latency = new("--max-latency") { Description = "Time of an inference by the cost meter: 250ms on the board of --board, or 600M RV32 instructions.", HelpName = "250ms|600M" };
    private readonly Option<double?> _loss = new("--max-loss") { Description = "Points of accuracy (of the area under the curve, in percent) that may be lost; the smallest blob is looked for.", HelpName = "POINTS" };
    private readonly Option<double?> _sqnr = new("--min-sqnr") { Description = "The same without labels: signal-to-quantization-noise ratio that outputs must have.", HelpName = "DECIBELS" };
    private readonly Option<string?> _board = CommonOptions.Board("Tell latencies of this board.");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public BoundOptions(Command command)
    {
        foreach (Option option in All) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_latency) is { } text && !TryReadLatency(text, result.GetValue(_board), out _, out string? problem)) result.AddError(problem!);
        });
    }

    /// <summary>All of them, and the board.</summary>
    public IEnumerable<Option> All => [.. Limits, _board];

    private Option[] Limits => [_bytes, _weights, _arena, _latency, _loss, _sqnr];

    /// <summary>Tells whether a command line has bounds.</summary>
    /// <param name="result">The command.</param>
    /// <returns>True for at least one.</returns>
    public bool AnyIn(CommandResult result) => Limits.Any(o => result.GetResult(o) is { Implicit: false });

    /// <summary>The board whose latencies are told.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The board; null for none.</returns>
    public Board? BoardOf(ParseResult parsed) => Find(parsed.GetValue(_board));

    /// <summary>Bytes that the arena may take.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The bytes; null for any number.</returns>
    public int? ArenaOf(ParseResult parsed) => parsed.GetValue(_arena);

    /// <summary>Instructions that an inference may take.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The number; null for any.</returns>
    public double? InstructionsOf(ParseResult parsed) =>
        parsed.GetValue(_latency) is { } text && TryReadLatency(text, parsed.GetValue(_board), out double instructions, out _) ? instructions : null;

    /// <summary>Reads the bounds.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The bounds that were given.</returns>
    public IReadOnlyList<RecipeBound> Read(ParseResult parsed)
    {
        List<RecipeBound> bounds = [];
        if (parsed.GetValue(_bytes) is { } bytes) bounds.Add(RecipeBound.BlobBytes(bytes));
        if (parsed.GetValue(_weights) is { } percent) bounds.Add(RecipeBound.WeightShare(percent / 100.0));
        if (parsed.GetValue(_arena) is { } arena) bounds.Add(RecipeBound.ArenaBytes(arena));
        if (InstructionsOf(parsed) is { } instructions) bounds.Add(RecipeBound.Instructions(instructions, BoardOf(parsed)?.Speed.InstructionsPerSecond.Value));
        if (parsed.GetValue(_loss) is { } points) bounds.Add(RecipeBound.Loss(points / 100));
        if (parsed.GetValue(_sqnr) is { } decibels) bounds.Add(RecipeBound.Sqnr(decibels));
        return bounds;
    }

    private static Board? Find(string? name) => BoardCatalog.All.SingleOrDefault(b => b.Name == name);

    private static bool TryReadLatency(string text, string? board, out double instructions, out string? problem)
    {
        instructions = 0;
        problem = null;
        bool isTime = text.EndsWith("ms", StringComparison.Ordinal);
        string number = isTime ? text[..^2] : text.EndsWith('M') ? text[..^1] : string.Empty;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value > 0))
        {
            problem = $"--max-latency takes milliseconds such as 250ms, or millions of instructions such as 600M, not '{text}'.";
        }
        else if (isTime && board is null)
        {
            problem = "--max-latency in milliseconds needs the board: --board NAME";
        }
        else
        {
            instructions = isTime ? value / 1000 * Find(board)!.Speed.InstructionsPerSecond.Value : value * 1e6;
        }

        return problem is null;
    }
}
