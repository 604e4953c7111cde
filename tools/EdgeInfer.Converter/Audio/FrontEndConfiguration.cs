using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Audio;

/// <summary>
/// What a model listens to, as it was configured when the model was trained. Each kind of front end has its own; in a file it is named by
/// "kind", and its other properties by their names in camel case.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(MicroFrontEndConfiguration), "micro")]
[JsonDerivedType(typeof(BandFrontEndConfiguration), "band")]
[JsonDerivedType(typeof(MfccConfiguration), "mfcc")]
public abstract record FrontEndConfiguration
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The configurations that have a name: those of public models and of EdgeInfer's own keyword model.</summary>
    public static IReadOnlyDictionary<string, FrontEndConfiguration> Named { get; } = new Dictionary<string, FrontEndConfiguration>
    {
        ["micro-speech"] = MicroFrontEndConfiguration.MicroSpeech,
        ["micro-wake-word"] = MicroFrontEndConfiguration.MicroWakeWord,
        ["ds-cnn"] = MfccConfiguration.DsCnn,
        ["band"] = new BandFrontEndConfiguration(),
    };

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">Content of the file, UTF-8.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">The file is none; the message names file, line and property.</exception>
    public static FrontEndConfiguration Parse(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<FrontEndConfiguration>(json, Options) ?? throw new InvalidDataException($"{file}: the file is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}, line {e.LineNumber + 1}, {e.Path}: {e.Message} docs/audio.md lists the kinds and their properties.", e);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException($"{file}: the property \"kind\" is missing; it says which front end this is. docs/audio.md lists the kinds.", e);
        }
    }

    /// <summary>Computes the tables and writes them as the metadata chunk that the device reads.</summary>
    /// <returns>The content of the chunk.</returns>
    /// <exception cref="ConversionException">The device cannot run such a front end; the message says why.</exception>
    public abstract byte[] WriteChunk();

    /// <summary>Which real numbers its features stand for, as models of floats are trained with them: the quantization of the model's input.</summary>
    public abstract Quantization FeatureQuantization();
}
