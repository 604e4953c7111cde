using System.CommandLine;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Streaming;

namespace EdgeInfer.Cli.Commands;

/// <summary>The options that make a windowed model a streaming one.</summary>
internal sealed class StreamingChoices
{
    private const int MostFrames = 1 << 20;
    private const int LargestRank = 5;

    private readonly Option<bool> _stream = new("--stream")
    {
        Description = "Make a model over a window of frames take new frames only and keep a state, with the same outputs. Checked here on random frames.",
    };

    private readonly Option<int?> _hop = new Option<int?>("--hop")
    {
        Description = "New frames an inference, with --stream. Default: as few as the strides allow. More of them cost fewer instructions a frame.",
        HelpName = "FRAMES",
    }.Between(1, MostFrames);

    private readonly Option<int?> _timeAxis = new Option<int?>("--time-axis")
    {
        Description = "Dimension along which time runs in the input as the first layer takes it. Default: the first behind the batch that is longer than 1.",
        HelpName = "N",
    }.Between(0, LargestRank);

    private readonly Option<TimePadding> _timePadding = new("--time-padding")
    {
        Description = "What becomes of padding in time. keep: results stay as they are, rows that see padding are computed anew each time. drop: such rows are left out. extend: frames take the place of padding, and the window grows. The last two change the model, with --stream or without.",
        HelpName = "keep|drop|extend",
        CustomParser = result =>
        {
            if (Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out TimePadding padding) && Enum.IsDefined(padding)) return padding;

            result.AddError($"--time-padding takes keep, drop or extend, not '{result.Tokens[0].Value}'.");
            return TimePadding.Keep;
        },
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_stream, _hop, _timeAxis, _timePadding]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            bool streams = result.GetResult(_stream) is { Implicit: false };
            if (!streams && result.GetResult(_hop) is { Implicit: false }) result.AddError("--hop needs --stream.");
            if (!streams && result.GetResult(_timeAxis) is { Implicit: false } && result.GetResult(_timePadding) is not { Implicit: false }) result.AddError("--time-axis needs --stream or --time-padding.");
        });
    }

    /// <summary>Adds what was chosen to the options of a conversion.</summary>
    /// <param name="options">The options.</param>
    /// <param name="parsed">The command line.</param>
    /// <returns>The options with these.</returns>
    public ConversionOptions Apply(ConversionOptions options, ParseResult parsed) => options with
    {
        Streaming = parsed.GetValue(_stream) ? new StreamingOptions(parsed.GetValue(_hop)) : null,
        TimePadding = parsed.GetValue(_timePadding),
        TimeAxis = parsed.GetValue(_timeAxis),
    };
}
