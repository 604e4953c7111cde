using System.CommandLine;
using EdgeInfer.Cli.Commands;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Analysis;
using EdgeInfer.Quantizer.Calibration;
using EdgeInfer.Quantizer.Search;

namespace EdgeInfer.Cli.Quantizing;

/// <summary>How a model of floats is quantized, as options of a command.</summary>
internal sealed class QuantizationOptions
{
    private const string Auto = "auto";
    private const string Naive = "naive";
    private const string Default = "default";

    private static readonly Dictionary<string, CalibrationMethod> Methods = Enum.GetValues<CalibrationMethod>().ToDictionary(m => RecipeFile.NameOf(m));

    private readonly Option[] _all;
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _labels = CommonOptions.Labels();
    private readonly Option<PixelRange?> _pixels = CommonOptions.Pixels();
    private readonly Option<string?> _frontEnd = CommonOptions.FrontEnd();
    private readonly Option<string?> _scored = CommonOptions.ScoredOutput();
    private readonly Option<string?> _recipe = new("--recipe") { Description = "What is done: a recipe by its name, of a file, or of a blob. Default: default, or auto where there are bounds.", HelpName = $"{Default}|{Naive}|{Auto}|FILE" };
    private readonly Option<string?> _calibration = new("--calibration") { Description = "How ranges of activations follow from the samples. Default: mse; auto tries all.", HelpName = string.Join('|', Methods.Keys) };
    private readonly Option<int?> _samples = new Option<int?>("--samples") { Description = "Samples to calibrate with, at most, evenly picked. Default: 256.", HelpName = "N" }.Between(1, 1_000_000);
    private readonly Option<bool> _perTensor = new("--per-tensor") { Description = "One scale for all weights of a layer rather than one an output channel." };
    private readonly Option<int?> _weightBits = new("--weight-bits") { Description = "Bits of weights, 8 or 4; depthwise layers keep 8. Default: 8; auto chooses for each layer where bounds ask for it.", HelpName = "8|4" };
    private readonly Option<int?> _activationBits = new("--activation-bits") { Description = "Bits of activations, 8 or 16; operators without a 16-bit kernel keep 8. Default: 8; auto chooses for each layer where 8 do not meet --max-loss or --min-sqnr.", HelpName = "8|16" };
    private readonly Option<string[]> _wideLayers = new("--wide-layers") { Description = "Layers whose results have 16 bits, by the names that analyze shows.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> _portBits = new("--port-bits") { Description = "Bits of inputs and outputs, 8 or 16. Default: those of --activation-bits.", HelpName = "8|16" };
    private readonly Option<bool> _symmetric = new("--symmetric") { Description = "Activations with zero point 0." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public QuantizationOptions(Command command)
    {
        _calibration.AcceptOnlyFromAmong([.. Methods.Keys]);
        _weightBits.AcceptOnlyFromAmong("8", "4");
        _activationBits.AcceptOnlyFromAmong("8", "16");
        _portBits.AcceptOnlyFromAmong("8", "16");
        _all = [_data, _labels, _pixels, _frontEnd, _scored, _recipe, _calibration, _samples, _perTensor, _weightBits, _activationBits, _wideLayers, _portBits, _symmetric];
        foreach (Option option in _all) command.Options.Add(option);
        _recipe.Validators.Add(result =>
        {
            string name = result.GetValueOrDefault<string>() ?? string.Empty;
            if (name is not (Default or Naive or Auto) && !Path.HasExtension(name) && !File.Exists(name)) result.AddError($"--recipe takes {Default}, {Naive}, {Auto}, a file that --save-recipe wrote or a blob, not '{name}'.");
        });
        Bounds = new BoundOptions(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_recipe) is { } recipe && recipe.GetValueOrDefault<string>() != Auto && Bounds.AnyIn(result)) result.AddError("Bounds are for --recipe auto, which looks for what keeps to them.");
        });
    }

    /// <summary>Bounds that a recipe is searched within.</summary>
    public BoundOptions Bounds { get; }

    /// <summary>The command that quantizes a model by the same options, but for the layers of 16-bit activations.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The model.</param>
    /// <param name="wideLayers">Names of these layers.</param>
    /// <returns>The command, as a shell takes it.</returns>
    public string CommandFor(ParseResult parsed, string path, IEnumerable<string> wideLayers)
    {
        IEnumerable<Option> given = _all.Where(o => o != _wideLayers).Concat(Bounds.All).Where(o => parsed.GetResult(o) is { Implicit: false });
        string[] words = [path, .. given.SelectMany(o => parsed.GetResult(o)!.Tokens.Select(t => t.Value).Prepend(o.Name)), _wideLayers.Name, .. wideLayers];
        return $"edgeinfer quantize {string.Join(' ', words.Select(CommandLine.Quoted))}";
    }

    /// <summary>The file or folder of the samples.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Its path.</returns>
    public string DataOf(ParseResult parsed) => parsed.GetRequiredValue(_data);

    /// <summary>What makes the model's input of sound.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The front end; null for none.</returns>
    public FrontEndConfiguration? FrontEndOf(ParseResult parsed) => CommonOptions.ReadFrontEnd(parsed.GetValue(_frontEnd));

    /// <summary>Reads the samples.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="graph">The model.</param>
    /// <returns>The samples.</returns>
    public SampleSource ReadSamples(ParseResult parsed, ModelGraph graph) =>
        SampleSource.Read(
            DataOf(parsed),
            graph,
            CommonOptions.ReadLabels(parsed.GetValue(_labels)),
            new InputOptions(Pixels: parsed.GetValue(_pixels), Sound: CommonOptions.SoundOf(FrontEndOf(parsed)), AreSequences: FloatGraph.Remembers(graph)),
            parsed.GetValue(_scored));

    /// <summary>Whether a recipe is to be searched.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>True where it is asked for, or where there are bounds.</returns>
    public bool IsSearch(ParseResult parsed) => parsed.GetValue(_recipe) is { } name ? name == Auto : Bounds.AnyIn(parsed.CommandResult);

    /// <summary>The recipe that the options describe, which a search starts with.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The recipe.</returns>
    public QuantizationRecipe RecipeOf(ParseResult parsed)
    {
        QuantizationRecipe recipe = parsed.GetValue(_recipe) switch
        {
            null or Default or Auto => QuantizationRecipe.Default,
            Naive => QuantizationRecipe.Naive,
            string file => ReadRecipe(file),
        };
        return recipe with
        {
            Method = parsed.GetValue(_calibration) is { } method ? Methods[method] : recipe.Method,
            PerChannel = recipe.PerChannel && !parsed.GetValue(_perTensor),
            Symmetric = recipe.Symmetric || parsed.GetValue(_symmetric),
            Samples = parsed.GetValue(_samples) ?? recipe.Samples,
            WeightBits = parsed.GetValue(_weightBits) ?? recipe.WeightBits,
            ActivationBits = parsed.GetValue(_activationBits) ?? recipe.ActivationBits,
            SixteenBitLayers = parsed.GetValue(_wideLayers) is { Length: > 0 } wide ? new HashSet<string>(wide) : recipe.SixteenBitLayers,
            PortBits = parsed.GetValue(_portBits) ?? recipe.PortBits,
        };
    }

    /// <summary>Reads a recipe from a file of its own, or from a blob that carries one.</summary>
    private static QuantizationRecipe ReadRecipe(string path)
    {
        byte[] content = ModelFile.ReadAll(path);
        if (!ModelFile.IsBlob(content)) return RecipeFile.Read(content, path).Recipe;

        byte[] carried = ModelFile.Load(content, path).Model.ReadMetadata(MetadataTag.Recipe) ?? throw new CommandFailure($"{path}: this blob carries no recipe; its model came quantized.");
        return RecipeFile.Read(carried, $"{path}, its recipe").Recipe;
    }

    /// <summary>What a search may vary: everything that no option has decided.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="request">The search.</param>
    /// <returns>The search with its choices and bounds.</returns>
    public SearchRequest Apply(ParseResult parsed, SearchRequest request)
    {
        QuantizationRecipe start = RecipeOf(parsed);
        return request with
        {
            Start = start with { HoldOutHalf = true },
            Methods = parsed.GetValue(_calibration) is null ? request.Methods : [start.Method],
            Symmetries = start.Symmetric ? [true] : request.Symmetries,
            ChoosesBits = parsed.GetValue(_weightBits) is null,
            ChoosesWidth = parsed.GetValue(_activationBits) is null && parsed.GetValue(_wideLayers) is null or { Length: 0 },
            Bounds = Bounds.Read(parsed),
        };
    }
}
