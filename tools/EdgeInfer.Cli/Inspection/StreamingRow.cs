using System.Globalization;
using EdgeInfer.Audio;
using EdgeInfer.Cli.Terminal;

namespace EdgeInfer.Cli.Inspection;

/// <summary>What a model that keeps a state takes and costs a frame.</summary>
/// <param name="HopFrames">New frames an inference.</param>
/// <param name="WindowFrames">Frames of the window that the outputs stand for; null where the model came with its states, which do not tell.</param>
/// <param name="WarmUpInferences">Inferences after a reset until a whole window has gone in; null as before.</param>
/// <param name="StateBytes">Bytes of the arena that are kept from one inference to the next.</param>
/// <param name="MacsPerFrame">Multiply-accumulates a new frame.</param>
/// <param name="WindowMacs">Multiply-accumulates of the windowed model; null as before.</param>
/// <param name="CostPerFrame">RV32 instructions a new frame; null where they were not counted.</param>
/// <param name="FramesPerSecond">Frames a second of audio; null where the blob carries no front end.</param>
/// <param name="CostPerSecond">RV32 instructions of the model a second of audio; null where either is not known.</param>
internal sealed record StreamingRow(
    int HopFrames,
    int? WindowFrames,
    int? WarmUpInferences,
    int StateBytes,
    long MacsPerFrame,
    long? WindowMacs,
    long? CostPerFrame,
    double? FramesPerSecond,
    long? CostPerSecond)
{
    /// <summary>Looks at a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="program">Its program.</param>
    /// <param name="cost">RV32 instructions of one inference; null where they were not counted.</param>
    /// <returns>The row; null where the model keeps no state.</returns>
    public static StreamingRow? Of(Model model, ModelProgram program, long? cost)
    {
        int state = program.Tensors.Where(t => t.IsPersistent && program.Records.Any(r => Changes(r, t.Index))).Sum(t => t.Bytes);
        if (state == 0) return null;

        StreamInfo? info = StreamInfo.Read(model);
        double? perSecond = null;
        Tensor input = new Interpreter(model).Input(0);
        int hop = info?.HopFrames ?? (input.Shape.Length > 2 ? input.Shape[1] : 1);
        if (model.ReadMetadata(FrontEnd.Tag) is not null)
        {
            FrontEnd frontEnd = FrontEnd.Create(model);
            perSecond = (double)frontEnd.SampleRate / frontEnd.StepSamples;
            hop = input.Count / frontEnd.Features;
        }

        double? costPerFrame = cost / (double)hop;
        return new StreamingRow(
            hop, info?.WindowFrames, info?.WarmUpInferences, state, model.Macs / hop, info?.WindowMacs, (long?)costPerFrame, perSecond, (long?)(costPerFrame * perSecond));
    }

    /// <summary>Tells whether an inference depends on those before, so that samples are sequences of frames. An LSTM is given a whole sequence at once and begins anew with each.</summary>
    /// <param name="program">The program of a model.</param>
    /// <returns>True where frames are remembered.</returns>
    public static bool Remembers(ModelProgram program) =>
        program.Tensors.Any(t => t.IsPersistent && program.Records.Any(r => r.Code is not (OperatorCode.UnidirectionalSequenceLstm or OperatorCode.UnidirectionalSequenceLstmInt16) && Changes(r, t.Index)));

    /// <summary>Says it to people.</summary>
    /// <returns>Names and texts of lines.</returns>
    public IEnumerable<(string Name, string Text)> Describe()
    {
        string frames = HopFrames == 1 ? "1 new frame" : $"{HopFrames} new frames";
        string window = WindowFrames is { } length ? $" of a window of {length}; whole after {WarmUpInferences} inferences" : string.Empty;
        yield return ("streams", $"{frames} an inference{window}; {Wording.Count(StateBytes)} bytes of state");

        string cost = CostPerFrame is { } instructions ? $", {Wording.Short(instructions)} RV32 instructions" : string.Empty;
        string windowed = WindowMacs is { } macs ? $"; a window took {Wording.Count(macs)}" : string.Empty;
        yield return ("a frame", $"{Wording.Count(MacsPerFrame)} multiply-accumulates{cost}{windowed}");

        if (CostPerSecond is not { } second) yield break;
        yield return ("a second", string.Create(CultureInfo.InvariantCulture, $"{FramesPerSecond:0.#} frames: {Wording.Short(second)} RV32 instructions of the model, the front end not counted"));
    }

    /// <summary>Variables are written by name; recurrent operators change the state that they are given.</summary>
    private static bool Changes(ProgramRecord record, int tensor) =>
        (record.HasOutput && record.Output == tensor)
        || (record.Code is OperatorCode.Svdf or OperatorCode.UnidirectionalSequenceLstm && record.Operands.Contains(tensor));
}
