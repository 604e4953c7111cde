using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Compiler;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;
using EdgeInfer.Converter.Boards;
using EdgeInfer.Converter.Graph;
using EdgeInfer.NanoFramework;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Search;

namespace EdgeInfer.Cli.Quantizing;

/// <summary>A model of floats on its way to a blob: read, its recipe found, quantized and converted.</summary>
internal sealed class Quantization : IDisposable
{
    /// <summary>Scratch with which convolutions are as fast as they get, nearly, where a bound of latency asks for it.</summary>
    private const int FastScratchBytes = 64 * 1024;

    private readonly CommandConsole _console;
    private readonly ParseResult _parsed;
    private readonly QuantizationOptions _options;
    private readonly string _path;
    private readonly byte[] _content;
    private readonly FrontEndConfiguration? _frontEnd;
    private readonly Lazy<InstrumentedAssembly> _meter = new(() => MeteredRuntime.Load());

    /// <summary>Reads model and samples.</summary>
    /// <param name="console">Shows how far the work is.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Its options.</param>
    /// <param name="path">The model.</param>
    public Quantization(CommandConsole console, ParseResult parsed, QuantizationOptions options, string path)
    {
        (_console, _parsed, _options, _path) = (console, parsed, options, path);
        _content = ModelFile.ReadAll(path);
        _frontEnd = options.FrontEndOf(parsed);
        ModelGraph graph = Load();
        Source = options.ReadSamples(parsed, graph);
        Labels = Source.Classes.Count == graph.Outputs[Source.Scored].Count ? [.. Source.Classes] : [];
    }

    /// <summary>Length of the model file.</summary>
    public int SourceBytes => _content.Length;

    /// <summary>All samples.</summary>
    public SampleSource Source { get; }

    /// <summary>Names of the classes, as many as the output has elements; or none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The board whose latencies are told; null for none.</summary>
    public Board? Board => _options.Bounds.BoardOf(_parsed);

    /// <summary>Makes the graph of floats anew.</summary>
    /// <returns>The graph.</returns>
    public ModelGraph Load()
    {
        ModelGraph graph = ModelFile.LoadFloat(_content, _path);

        // The device's features go into the model as they are.
        if (_frontEnd is not null) graph.Inputs[0].Quantization = _frontEnd.FeatureQuantization();
        return graph;
    }

    /// <summary>Finds the recipe and carries it out.</summary>
    /// <param name="triesPrecision">Where a recipe is searched, try other bits of layers and count instructions although no bound asks for it.</param>
    /// <returns>What came of it.</returns>
    public QuantizedModel Run(bool triesPrecision = false)
    {
        if (!_options.IsSearch(_parsed)) return Finish(_options.RecipeOf(_parsed), []);

        (SampleSet calibration, SampleSet measured) = Source.Samples.Halves();
        SearchRequest request = _options.Apply(_parsed, new SearchRequest(Load, calibration, measured, (graph, recipe) => Convert(graph, FileOf(recipe, calibration)))
        {
            TriesPrecision = triesPrecision,
            Scored = Source.Scored,
            Cost = triesPrecision || Board is not null || _options.Bounds.InstructionsOf(_parsed) is not null ? Cost : null,
        });
        IReadOnlyList<RecipeTrial> trials = _console.Track(progress => RecipeSearch.Run(request, progress));
        return Finish(trials[0].Recipe, trials);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_meter.IsValueCreated) _meter.Value.Dispose();
    }

    private QuantizedModel Finish(QuantizationRecipe recipe, IReadOnlyList<RecipeTrial> trials)
    {
        (SampleSet calibration, SampleSet measured) = recipe.HoldOutHalf ? Source.Samples.Halves() : (Source.Samples, Source.Samples);
        ModelGraph graph = Load();
        ModelGraph exact = _console.Track(progress => PostTrainingQuantizer.Run(graph, calibration, recipe, progress));
        RecipeFile file = FileOf(recipe, calibration);
        return new QuantizedModel(graph, exact, Convert(graph, file), file, Source with { Samples = measured }, trials);
    }

    private RecipeFile FileOf(QuantizationRecipe recipe, SampleSet calibration)
    {
        string from = Path.GetFileName(_options.DataOf(_parsed).TrimEnd('/', '\\'));
        return new RecipeFile(recipe, [string.Create(CultureInfo.InvariantCulture, $"calibrated with {Math.Min(recipe.Samples, calibration.Samples.Count)} of {Source.Samples.Samples.Count} samples of {from}")]);
    }

    /// <summary>Converts; where a bound of arena or latency is missed, once more in the way that may meet it.</summary>
    private ConversionResult Convert(ModelGraph graph, RecipeFile recipe)
    {
        ConversionOptions options = new() { Labels = Labels, FrontEnd = _frontEnd, Recipe = recipe.Write(indented: false) };
        byte[] hash = SHA256.HashData(_content);
        ConversionResult result = ModelConverter.Convert(graph, hash, options);
        if (_options.Bounds.ArenaOf(_parsed) is { } arena && result.Model.ArenaBytes > arena) return Within(arena) ?? result;
        if (_options.Bounds.InstructionsOf(_parsed) is not { } instructions || Cost(result) <= instructions) return result;

        ConversionResult faster = ModelConverter.Convert(graph, hash, options with { ScratchBytes = FastScratchBytes });
        return _options.Bounds.ArenaOf(_parsed) < faster.Model.ArenaBytes ? result : faster;

        ConversionResult? Within(int limit)
        {
            try
            {
                return ModelConverter.Convert(graph, hash, options with { ArenaLimit = limit });
            }
            catch (ConversionException e) when (e.Problems.All(p => p.Code == ErrorCode.Budget))
            {
                // The search tells of the nearest that was reached.
                return null;
            }
        }
    }

    private double Cost(ConversionResult result) =>
        CostProfiler.Measure(_meter.Value, MeteredInterpreter.Load(_meter.Value, result.Blob), result.Model, null).Instructions.Sum();
}

/// <summary>A model that was quantized.</summary>
/// <param name="Graph">The graph of floats whose tensors carry their quantization.</param>
/// <param name="Exact">The same before weights were rounded and biases corrected.</param>
/// <param name="Conversion">The blob and how it came about.</param>
/// <param name="Recipe">How the model was quantized.</param>
/// <param name="Measured">Samples to measure on: all, or those that it was not calibrated with.</param>
/// <param name="Trials">Recipes that were tried, the chosen one first; empty where one was asked for.</param>
internal sealed record QuantizedModel(ModelGraph Graph, ModelGraph Exact, ConversionResult Conversion, RecipeFile Recipe, SampleSource Measured, IReadOnlyList<RecipeTrial> Trials);
