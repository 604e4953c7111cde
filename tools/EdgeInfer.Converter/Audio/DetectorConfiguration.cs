using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInfer.Audio;

namespace EdgeInfer.Converter.Audio;

/// <summary>When a keyword model is run, and when what it says is a detection. Times become frames and inferences of the model's front end.</summary>
public sealed record DetectorConfiguration
{
    /// <summary>Labels of classes that are no keyword, whatever their case and with or without underscores around them.</summary>
    private static readonly string[] BackgroundNames = ["silence", "unknown", "noise", "background", "other"];

    /// <summary>A model that sees a window and keeps no state is run this often in a window, unless the configuration says otherwise.</summary>
    private const int InferencesPerWindow = 10;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>From one inference to the next; null for a tenth of the window, or for as many frames as the model takes where it keeps a state.</summary>
    public int? HopMilliseconds { get; init; }

    /// <summary>Time over which posteriors are averaged.</summary>
    public int SmoothingMilliseconds { get; init; } = 300;

    /// <summary>Mean posterior that makes a detection, above 0 up to 1.</summary>
    public double OnThreshold { get; init; } = 0.7;

    /// <summary>Mean posterior below which it has ended.</summary>
    public double OffThreshold { get; init; } = 0.4;

    /// <summary>Time after a detection in which there is no other.</summary>
    public int RefractoryMilliseconds { get; init; } = 700;

    /// <summary>Time at the start that is left out.</summary>
    public int WarmUpMilliseconds { get; init; }

    /// <summary>Labels of the classes that are keywords; null for all but those that are called silence, unknown, noise, background or other.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">Content of the file, UTF-8.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">The file is none; the message names file, line and property.</exception>
    public static DetectorConfiguration Parse(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<DetectorConfiguration>(json, Options) ?? throw new InvalidDataException($"{file}: the file is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}, line {e.LineNumber + 1}, {e.Path}: {e.Message} docs/audio.md lists the properties.", e);
        }
    }

    /// <summary>Writes the metadata chunk that the device reads.</summary>
    /// <param name="frontEnd">The front end of the model.</param>
    /// <param name="inputElements">Features that the model takes at once.</param>
    /// <param name="isStateful">True where the model keeps a state and takes every frame once.</param>
    /// <param name="labels">Labels of the classes; empty where they have none.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>The content of the chunk.</returns>
    /// <exception cref="ConversionException">The configuration does not fit the model; the message says why.</exception>
    public byte[] WriteChunk(FrontEnd frontEnd, int inputElements, bool isStateful, IReadOnlyList<string> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        ArgumentNullException.ThrowIfNull(labels);
        if (inputElements % frontEnd.Features != 0) throw Refuse("input", $"the model takes {inputElements} features, no multiple of the {frontEnd.Features} that the front end makes of a frame");

        int frames = inputElements / frontEnd.Features;
        double frameMilliseconds = 1000.0 * frontEnd.StepSamples / frontEnd.SampleRate;
        int hop = HopMilliseconds is { } milliseconds ? Count(milliseconds, frameMilliseconds) : isStateful ? frames : Math.Max(1, frames / InferencesPerWindow);
        if (isStateful && hop != frames) throw Refuse("hop", $"{HopMilliseconds} ms are {hop} frames, but the model keeps a state and takes {frames} new ones at a time");

        double inferenceMilliseconds = hop * frameMilliseconds;
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        int[] words =
        [
            DetectorFormat.Kind, hop, Count(SmoothingMilliseconds, inferenceMilliseconds), Threshold("on threshold", OnThreshold), Threshold("off threshold", OffThreshold),
            (int)Math.Round(RefractoryMilliseconds / inferenceMilliseconds), (int)Math.Round(WarmUpMilliseconds / inferenceMilliseconds), classes,
        ];
        foreach (int word in words) writer.Write(word);
        foreach (bool isKeyword in FindKeywords(labels, classes)) writer.Write((byte)(isKeyword ? 1 : 0));

        byte[] chunk = stream.ToArray();
        try
        {
            // The reader of the device has the last word on everything that leaves here.
            DetectorSettings.Read(chunk);
        }
        catch (BlobException e)
        {
            throw Refuse(e.Field, e.Message);
        }

        return chunk;
    }

    private IEnumerable<bool> FindKeywords(IReadOnlyList<string> labels, int classes)
    {
        if (Keywords?.FirstOrDefault(k => !labels.Contains(k)) is { } missing) throw Refuse("keywords", $"'{missing}' is none of the labels ({(labels.Count == 0 ? "there are none" : string.Join(", ", labels))})");
        if (labels.Count != classes) return Enumerable.Repeat(true, classes);

        return labels.Select(l => Keywords?.Contains(l) ?? !BackgroundNames.Contains(l.Trim('_'), StringComparer.OrdinalIgnoreCase));
    }

    private static int Count(int milliseconds, double each) => Math.Max(1, (int)Math.Round(milliseconds / each));

    private static int Threshold(string name, double value) =>
        value is >= 0 and <= 1 ? (int)Math.Round(value * DetectorFormat.One) : throw Refuse(name, FormattableString.Invariant($"{value} is not within 0 and 1"));

    private static ConversionException Refuse(string where, string what) => new("detector", where, what);
}
