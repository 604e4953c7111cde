using System.Globalization;

namespace EdgeInfer.Quantizer.Search;

/// <summary>What a recipe must keep to.</summary>
/// <param name="Option">What the command line calls it.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Figure">The figure of a trial that it is about; null where it is not known.</param>
/// <param name="Tell">The figure in words.</param>
/// <param name="IsFloor">True where figures must not be lower, false where they must not be higher.</param>
/// <param name="Unit">A difference that counts as much as twice the limit of other bounds; 0 for the limit itself.</param>
public sealed record RecipeBound(string Option, double Limit, Func<RecipeTrial, double?> Figure, Func<double, string> Tell, bool IsFloor = false, double Unit = 0)
{
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };

    /// <summary>True for a bound of what is lost rather than of what the model takes.</summary>
    public bool IsQuality => Unit > 0;

    /// <summary>Bytes of the blob.</summary>
    /// <param name="bytes">The largest number allowed.</param>
    /// <returns>The bound.</returns>
    public static RecipeBound BlobBytes(long bytes) => new("--max-bytes", bytes, t => t.BlobBytes, v => $"a blob of {Count(v)} bytes");

    /// <summary>Bytes of the arena.</summary>
    /// <param name="bytes">The largest number allowed.</param>
    /// <returns>The bound.</returns>
    public static RecipeBound ArenaBytes(long bytes) => new("--max-arena", bytes, t => t.ArenaBytes, v => $"an arena of {Count(v)} bytes");

    /// <summary>Bytes of weights.</summary>
    /// <param name="share">The largest part allowed of what they take with 8 bits.</param>
    /// <returns>The bound.</returns>
    public static RecipeBound WeightShare(double share) => new("--max-weights", share, t => t.WeightShare, v => Text($"weights of {100 * v:0.0} % of their bytes with 8 bits"));

    /// <summary>Time of an inference.</summary>
    /// <param name="instructions">The largest number of RV32 instructions allowed.</param>
    /// <param name="perSecond">Instructions that a board executes a second, to speak of time; null to speak of instructions.</param>
    /// <returns>The bound.</returns>
    public static RecipeBound Instructions(double instructions, double? perSecond) =>
        new("--max-latency", instructions, t => t.Instructions, v => perSecond is { } speed ? Text($"a latency of {1000 * v / speed:0} ms") : Text($"a latency of {v / 1e6:0.0##} million instructions"));

    /// <summary>Loss of accuracy, or of area under the curve.</summary>
    /// <param name="loss">The largest loss allowed, 0.01 for a point.</param>
    /// <returns>The bound.</returns>
    public static RecipeBound Loss(double loss) => new("--max-loss", loss, t => t.Loss, v => Text($"a loss of {100 * v:0.00} points"), Unit: 0.01);

    /// <summary>Noise of the outputs.</summary>
    /// <param name="decibels">The smallest signal-to-quantization-noise ratio allowed.</param>
    /// <returns>The bound.</returns>
    public static RecipeBound Sqnr(double decibels) => new("--min-sqnr", decibels, t => t.Sqnr, v => Text($"outputs {v:0.0} dB above their noise"), IsFloor: true, Unit: 6);

    /// <summary>By how much a trial misses the bound; 0 where it keeps to it.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>The distance as a part of the limit, or in <see cref="Unit"/>.</returns>
    public double Excess(RecipeTrial trial)
    {
        double beyond = IsFloor ? Limit - Value(trial) : Value(trial) - Limit;
        return beyond <= 1e-9 ? 0 : beyond / (Unit > 0 ? Unit : Limit);
    }

    /// <summary>What a trial has of it, and what it may have.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>Words.</returns>
    public string Describe(RecipeTrial trial) => $"{Tell(Value(trial))} ({Option} asks for {Tell(Limit)})";

    private double Value(RecipeTrial trial) => Figure(trial) ?? throw new InvalidOperationException($"{Option} is about a figure that was not measured.");

    private static string Count(double value) => value.ToString("#,0", Grouped);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
