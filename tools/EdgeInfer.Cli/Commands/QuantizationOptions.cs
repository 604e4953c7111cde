using System.CommandLine;
using System.Globalization;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Calibration;

namespace EdgeInfer.Cli.Commands;

/// <summary>How a model of floats is quantized, as options of a command, and the work itself.</summary>
internal sealed class QuantizationOptions
{
    private const string Auto = "auto";

    private static readonly Dictionary<string, CalibrationMethod> Methods = new()
    {
        ["min-max"] = CalibrationMethod.MinMax,
        ["moving-average"] = CalibrationMethod.MovingAverage,
        ["percentile"] = CalibrationMethod.Percentile,
        ["entropy"] = CalibrationMethod.Entropy,
        ["mse"] = CalibrationMethod.Mse,
        ["octav"] = CalibrationMethod.Octav,
    };

    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _labels = CommonOptions.Labels();
    private readonly Option<PixelRange?> _pixels = CommonOptions.Pixels();
    private readonly Option<string> _recipe = new("--recipe") { Description = "What is done. Default: default.", HelpName = "default|naive|auto", DefaultValueFactory = _ => "default" };
    private readonly Option<string?> _calibration = new("--calibration") { Description = "How ranges of activations follow from the samples. Default: mse.", HelpName = string.Join('|', Methods.Keys) };
    private readonly Option<int?> _samples = new Option<int?>("--samples") { Description = "Samples to calibrate with, at most, evenly picked. Default: 256.", HelpName = "N" }.Between(1, 1_000_000);
    private readonly Option<bool> _perTensor = new("--per-tensor") { Description = "One scale for all weights of a layer rather than one an output channel." };
    private readonly Option<int?> _weightBits = new Option<int?>("--weight-bits") { Description = "Bits of weights, 8 or 4; depthwise layers keep 8. Default: 8.", HelpName = "8|4" };
    private readonly Option<int?> _weightBytes = new Option<int?>("--weight-bytes") { Description = "Bytes that weights may take, in percent of what they take with 8 bits; the layers where it costs least get 4.", HelpName = "PERCENT" }.Between(50, 100);
    private readonly Option<bool> _symmetric = new("--symmetric") { Description = "Activations with zero point 0." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public QuantizationOptions(Command command)
    {
        _recipe.AcceptOnlyFromAmong("default", "naive", Auto);
        _calibration.AcceptOnlyFromAmong([.. Methods.Keys]);
        _weightBits.AcceptOnlyFromAmong("8", "4");
        foreach (Option option in new Option[] { _data, _labels, _pixels, _recipe, _calibration, _samples, _perTensor, _weightBits, _weightBytes, _symmetric }) command.Options.Add(option);
    }

    /// <summary>Reads the samples.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="graph">The model.</param>
    /// <returns>The samples.</returns>
    public SampleSource ReadSamples(ParseResult parsed, ModelGraph graph) =>
        SampleSource.Read(parsed.GetRequiredValue(_data), graph, CommonOptions.ReadLabels(parsed.GetValue(_labels)), new InputOptions(Pixels: parsed.GetValue(_pixels)));

    /// <summary>Quantizes.</summary>
    /// <param name="console">Shows how far it is.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="load">Makes the graph of floats anew.</param>
    /// <param name="source">The samples.</param>
    /// <returns>The graph with the quantization of all tensors, and the recipe.</returns>
    public QuantizedFloats Quantize(CommandConsole console, ParseResult parsed, Func<ModelGraph> load, SampleSource source)
    {
        string name = parsed.GetRequiredValue(_recipe);
        QuantizationRecipe recipe = name == "naive" ? QuantizationRecipe.Naive : QuantizationRecipe.Default;
        recipe = recipe with { PerChannel = recipe.PerChannel && !parsed.GetValue(_perTensor), Symmetric = parsed.GetValue(_symmetric), Samples = parsed.GetValue(_samples) ?? recipe.Samples };
        if (parsed.GetValue(_calibration) is { } method) recipe = recipe with { Method = Methods[method] };
        IReadOnlyList<RecipeTrial> trials = name == Auto ? console.Track(progress => RecipeSearch.Run(load, source.Samples, recipe, progress)) : [];
        if (trials.Count > 0) recipe = trials[0].Recipe;

        recipe = recipe with { WeightBits = parsed.GetValue(_weightBits) == 4 ? 4 : 8 };
        if (parsed.GetValue(_weightBytes) is { } percent) recipe = console.Track(progress => MixedPrecision.Search(load, source.Samples, recipe, percent / 100.0, progress));
        ModelGraph graph = load();
        console.Track(progress =>
        {
            PostTrainingQuantizer.Run(graph, source.Samples, recipe, progress);
            return true;
        });
        string samples = string.Create(CultureInfo.InvariantCulture, $"calibrated with {Math.Min(recipe.Samples, source.Samples.Samples.Count)} of {source.Samples.Samples.Count} samples of {Path.GetFileName(parsed.GetRequiredValue(_data).TrimEnd('/', '\\'))}");
        return new QuantizedFloats(graph, [.. recipe.Describe(), samples], trials);
    }
}

/// <summary>A graph of floats whose tensors carry their quantization.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Recipe">How that came about, a line each.</param>
/// <param name="Trials">Recipes that were tried, the best first; empty where one was asked for.</param>
internal sealed record QuantizedFloats(ModelGraph Graph, IReadOnlyList<string> Recipe, IReadOnlyList<RecipeTrial> Trials);
