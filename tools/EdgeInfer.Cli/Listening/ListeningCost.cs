using System.Reflection;
using EdgeInfer.Audio;
using EdgeInfer.Compiler;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Cli.Listening;

/// <summary>What a second of listening costs on the nanoFramework interpreter, in RV32 instructions; docs/cost-meter.md explains the unit.</summary>
/// <param name="Capture">From the bytes of the microphone to samples, and the gate.</param>
/// <param name="FrontEnd">From samples to features.</param>
/// <param name="Model">Running the model.</param>
/// <param name="Detector">From posteriors to detections, and what holds the parts together.</param>
internal sealed record ListeningCost(double Capture, double FrontEnd, double Model, double Detector)
{
    /// <summary>What a board with an image of 240 MHz has for listening: half of its instructions.</summary>
    public const double Budget = 100e6;

    /// <summary>What a slower board has for it in quiet, where only the gate listens.</summary>
    public const double GatedBudget = 15e6;

    /// <summary>What it has for a word that opens the gate, until the gate has closed again, beyond what quiet would have cost.</summary>
    public const double WordBudget = 120e6;

    private static readonly string[] CaptureTypes = [nameof(PcmFormat), nameof(AudioRing), nameof(EnergyGate)];
    private static readonly string[] DetectorTypes = [nameof(KeywordDetector), nameof(KeywordSpotter)];

    /// <summary>All of it.</summary>
    public double Total => Capture + FrontEnd + Model + Detector;

    /// <summary>The mean of several sounds, each counting the same.</summary>
    public static ListeningCost Mean(IReadOnlyList<ListeningCost> costs) =>
        new(costs.Average(c => c.Capture), costs.Average(c => c.FrontEnd), costs.Average(c => c.Model), costs.Average(c => c.Detector));

    /// <summary>What this sound costs as a whole beyond what another would have cost in its time.</summary>
    /// <param name="other">Cost of a second of the other sound.</param>
    /// <param name="seconds">Length of this one.</param>
    public ListeningCost Beyond(ListeningCost other, double seconds) =>
        new((Capture - other.Capture) * seconds, (FrontEnd - other.FrontEnd) * seconds, (Model - other.Model) * seconds, (Detector - other.Detector) * seconds);

    /// <summary>Runs an instrumented copy of the spotter, stereo as I2S microphones give it.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="recording">What it listens to.</param>
    /// <param name="isGated">Whether quiet is kept from front end and model.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <returns>The cost of a second.</returns>
    public static ListeningCost Measure(byte[] blob, Recording recording, bool isGated, Action<string> progress)
    {
        using InstrumentedAssembly meter = MeteredRuntime.Load(typeof(KeywordSpotter).Assembly);
        object model = meter.GetType(typeof(Model).FullName!).GetMethod(nameof(EdgeInfer.Model.Load), [typeof(byte[])])!.Invoke(null, [blob])!;
        object format = meter.GetType(typeof(PcmFormat).FullName!).GetMethod(nameof(PcmFormat.Stereo16))!.Invoke(null, [0])!;
        object spotter = Activator.CreateInstance(meter.GetType(typeof(KeywordSpotter).FullName!), model, format, recording.Rate)!;
        if (isGated)
        {
            SetProperty(spotter, nameof(KeywordSpotter.Gate), meter.GetType(typeof(EnergyGate).FullName!).GetMethod(nameof(EnergyGate.ForSpeech))!.Invoke(null, [recording.Rate, 20])!);
            SetProperty(spotter, nameof(KeywordSpotter.PreRoll), recording.Rate / 1000 * EnergyGate.SpeechPreRollMilliseconds);
        }

        Type type = spotter.GetType();
        var write = type.GetMethod(nameof(KeywordSpotter.Write))!.CreateDelegate<Action<byte[], int, int>>(spotter);
        var readFrame = type.GetMethod(nameof(KeywordSpotter.ReadFrame))!.CreateDelegate<Func<bool>>(spotter);
        var isDue = type.GetProperty(nameof(KeywordSpotter.IsInferenceDue))!.GetMethod!.CreateDelegate<Func<bool>>(spotter);
        var infer = type.GetMethod(nameof(KeywordSpotter.Infer))!.CreateDelegate<Func<int>>(spotter);
        byte[] stereo = [.. recording.Samples.SelectMany(s => (byte[])[(byte)s, (byte)(s >> 8), 0, 0])];
        int block = recording.Rate / 50 * 4;
        IlCounts counts = meter.Measure(() =>
        {
            for (int at = 0; at < stereo.Length; at += block)
            {
                progress($"Counting instructions: {(double)at / 4 / recording.Rate:F1} of {recording.Seconds:F1} s");
                write(stereo, at, Math.Min(block, stereo.Length - at));
                while (readFrame())
                {
                    if (isDue()) infer();
                }
            }
        });

        double capture = 0, frontEnd = 0, network = 0, detector = 0;
        foreach (MethodCost method in counts.Methods())
        {
            double cost = method.Rv32Instructions / recording.Seconds;
            if (IsOf(method, CaptureTypes)) capture += cost;
            else if (IsOf(method, DetectorTypes)) detector += cost;
            else if (method.Method.StartsWith("EdgeInfer.Audio.", StringComparison.Ordinal)) frontEnd += cost;
            else network += cost;
        }

        return new ListeningCost(capture, frontEnd, network, detector);
    }

    private static bool IsOf(MethodCost method, string[] types) => Array.Exists(types, type => method.Method.StartsWith($"EdgeInfer.Audio.{type}.", StringComparison.Ordinal));

    private static void SetProperty(object instance, string name, object value) =>
        instance.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)!.SetValue(instance, value);
}
