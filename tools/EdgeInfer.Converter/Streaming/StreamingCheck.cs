using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Streaming;

/// <summary>Holds a streamed model against the windowed one it was made from, on the device runtime, byte by byte.</summary>
public sealed class StreamingCheck
{
    /// <summary>Multiply-accumulates of windowed models after which random frames end: about a second.</summary>
    private const long LargestWork = 200_000_000;

    private const int FewestInferences = 12;
    private const int Seed = 20260101;

    private readonly string _name;
    private readonly TimeLayout _frames;
    private readonly int _hop;
    private readonly int _elementBytes;
    private readonly List<(TimeLayout Layout, RowRange Rows)?> _outputs;
    private readonly Interpreter _windowed;
    private readonly Interpreter _streamed;
    private readonly byte[] _zeros;
    private byte[] _window;

    /// <summary>Creates the check, both models being as after a reset.</summary>
    /// <param name="analysis">The windowed model.</param>
    /// <param name="schedule">What the streamed model computes and keeps.</param>
    /// <param name="windowed">The windowed model, converted.</param>
    /// <param name="streamed">The streamed model, converted.</param>
    internal StreamingCheck(TimeAnalysis analysis, StreamSchedule schedule, Model windowed, Model streamed)
    {
        _name = analysis.Graph.Name;
        _frames = analysis.Tensors[analysis.Input].Layout;
        _hop = schedule.Hop;
        _outputs = [.. analysis.Graph.Outputs.Select(t => analysis.Tensors.TryGetValue(t, out TimedTensor? timed) ? (timed.Layout, schedule.OutputRows(t)) : default((TimeLayout, RowRange)?))];
        _windowed = new Interpreter(windowed);
        _streamed = new Interpreter(streamed);
        Tensor input = _windowed.Input(0);
        _elementBytes = Arena.ElementBytes(input.Type);
        ZeroFrames.Fill(input);
        _zeros = TensorContent.Of(input);
        _window = [.. _zeros];
    }

    /// <summary>Frames of a window.</summary>
    public int WindowFrames => _frames.Rows;

    /// <summary>Bytes of the new frames of an inference.</summary>
    public int HopBytes => _hop * _frames.Outer * _frames.Inner * _elementBytes;

    /// <summary>Forgets all frames.</summary>
    public void Reset()
    {
        _streamed.Reset();
        _window = [.. _zeros];
    }

    /// <summary>Gives both models new frames and compares what they make of them.</summary>
    /// <param name="frames">New frames as the streamed model takes them.</param>
    /// <returns>True where all outputs are equal.</returns>
    public bool Next(ReadOnlySpan<byte> frames)
    {
        int row = _frames.Inner * _elementBytes, window = _frames.Rows * row, hop = _hop * row;
        for (int outer = 0; outer < _frames.Outer; outer++)
        {
            Span<byte> run = _window.AsSpan(outer * window, window);
            run[hop..].CopyTo(run);
            frames.Slice(outer * hop, hop).CopyTo(run[(window - hop)..]);
        }

        TensorContent.Set(_windowed.Input(0), _window);
        TensorContent.Set(_streamed.Input(0), frames);
        _windowed.Invoke();
        _streamed.Invoke();
        for (int i = 0; i < _outputs.Count; i++)
        {
            byte[] expected = TensorContent.Of(_windowed.Output(i));
            if (_outputs[i] is { } timed) expected = ZeroFrames.RowsOf(expected, timed.Layout, timed.Rows);
            if (!expected.AsSpan().SequenceEqual(TensorContent.Of(_streamed.Output(i)))) return false;
        }

        return true;
    }

    /// <summary>
    /// Runs both models on random frames: until a whole window has gone in and as long again, then once more from a reset. Of large
    /// models fewer windows are computed.
    /// </summary>
    /// <returns>Number of inferences.</returns>
    /// <exception cref="ConversionException">The outputs differ, which is an error of the converter.</exception>
    public int OnRandomFrames()
    {
        int warmUp = (WindowFrames + _hop - 1) / _hop, affordable = (int)Math.Clamp(LargestWork / Math.Max(1, _windowed.Model.Macs), FewestInferences, int.MaxValue);
        int count = Math.Min(3 * warmUp, affordable);
        Random random = new(Seed);
        byte[] frames = new byte[HopBytes];
        for (int i = 0; i < count; i++)
        {
            if (i == count * 2 / 3) Reset();
            random.NextBytes(frames);
            if (_streamed.Input(0).Type == TensorType.Float32)
            {
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(frames.AsSpan())) value = random.NextSingle() - 0.5f;
            }

            if (Next(frames)) continue;
            throw new ConversionException(_name, "streaming", $"inference {i} on random frames gives other outputs than the windowed model, which must not happen", "Please report the model", ErrorCode.Streaming);
        }

        return count;
    }
}
