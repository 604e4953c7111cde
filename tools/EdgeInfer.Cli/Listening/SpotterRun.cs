using EdgeInfer.Audio;

namespace EdgeInfer.Cli.Listening;

/// <summary>A keyword that was heard.</summary>
/// <param name="Seconds">When: the end of the last frame that the model had seen.</param>
/// <param name="Class">Index of the keyword.</param>
/// <param name="Label">Its name.</param>
/// <param name="Score">Mean posterior, 0 to 1.</param>
internal sealed record Detection(double Seconds, int Class, string Label, double Score);

/// <summary>One run of the model.</summary>
/// <param name="Seconds">When.</param>
/// <param name="Posteriors">What the model said, as the output's own numbers.</param>
/// <param name="Scores">Mean posteriors of the classes, 0 to 1.</param>
internal sealed record InferenceRow(double Seconds, int[] Posteriors, double[] Scores);

/// <summary>One frame of features.</summary>
/// <param name="Seconds">The end of its window.</param>
/// <param name="Features">Its features.</param>
internal sealed record FrameRow(double Seconds, sbyte[] Features);

/// <summary>The device's keyword spotter on the desktop, fed in blocks as a microphone would, with everything that it did.</summary>
internal sealed class SpotterRun
{
    /// <summary>Blocks a second, as the firmware reads them.</summary>
    private const int BlocksPerSecond = 50;

    private const double One = DetectorFormat.One;

    private readonly byte[] _block;
    private int _filled;

    /// <summary>Takes a model that listens.</summary>
    /// <param name="model">The model; its blob carries a front end and a detector.</param>
    /// <param name="isGated">Whether quiet is kept from front end and model.</param>
    /// <exception cref="BlobException">The blob carries none, or they do not fit the model.</exception>
    public SpotterRun(Model model, bool isGated)
    {
        Settings = DetectorSettings.Read(model);
        int rate = FrontEnd.Create(model).SampleRate;
        Spotter = new KeywordSpotter(model, PcmFormat.Mono16, rate);
        _block = new byte[2 * (rate / BlocksPerSecond)];
        if (!isGated) return;

        Spotter.Gate = EnergyGate.ForSpeech(rate, 20);
        Spotter.PreRoll = rate / 1000 * EnergyGate.SpeechPreRollMilliseconds;
    }

    /// <summary>The spotter.</summary>
    public KeywordSpotter Spotter { get; }

    /// <summary>When what the model says is a detection.</summary>
    public DetectorSettings Settings { get; }

    /// <summary>All frames.</summary>
    public List<FrameRow> Frames { get; } = [];

    /// <summary>All inferences.</summary>
    public List<InferenceRow> Inferences { get; } = [];

    /// <summary>All detections.</summary>
    public List<Detection> Detections { get; } = [];

    /// <summary>Called after every block with its loudness, 0 to 1.</summary>
    public Action<double>? OnBlock { get; set; }

    /// <summary>Called at every detection.</summary>
    public Action<Detection>? OnDetection { get; set; }

    /// <summary>Listens to some sound more.</summary>
    /// <param name="bytes">16-bit samples of one channel; what does not fill a block waits for the next call.</param>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, _block.Length - _filled);
            bytes[..count].CopyTo(_block.AsSpan(_filled));
            bytes = bytes[count..];
            _filled += count;
            if (_filled == _block.Length) Flush();
        }
    }

    /// <summary>Listens to what is left.</summary>
    public void Flush()
    {
        int count = _filled & ~1;
        _filled = 0;
        Spotter.Write(_block, 0, count);
        while (Spotter.ReadFrame())
        {
            double now = (double)Spotter.Position / Spotter.SampleRate;
            Frames.Add(new FrameRow(now, Spotter.Features[Spotter.LastFrame..(Spotter.LastFrame + Spotter.FrontEnd.Features)]));
            if (Spotter.IsInferenceDue) Infer(now);
        }

        OnBlock?.Invoke(Loudness(count));
    }

    private void Infer(double now)
    {
        int detected = Spotter.Infer();
        double[] scores = [.. Enumerable.Range(0, Spotter.Labels.Length).Select(i => Spotter.Detector.Score(i) / One)];
        Inferences.Add(new InferenceRow(now, [.. Enumerable.Range(0, scores.Length).Select(i => Spotter.Posteriors[i])], scores));
        if (detected == KeywordDetector.None) return;

        Detection detection = new(now, detected, Spotter.Labels[detected], scores[detected]);
        Detections.Add(detection);
        OnDetection?.Invoke(detection);
    }

    private double Loudness(int count)
    {
        double peak = 0;
        for (int i = 0; i < count; i += 2) peak = Math.Max(peak, Math.Abs((double)BitConverter.ToInt16(_block, i)));
        return peak / short.MaxValue;
    }
}
