using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeInfer.Converter.Boards;

/// <summary>What the tools know of a board; boards/board.schema.json specifies the file.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Chip">The microcontroller.</param>
/// <param name="ClockMHz">Clock of the firmware image.</param>
/// <param name="Firmware">Name of the nanoFramework firmware image, as nanoff calls its target.</param>
/// <param name="Memory">What the managed heap offers.</param>
/// <param name="Flash">What the flash offers.</param>
/// <param name="Speed">How fast the interpreter is.</param>
/// <param name="Microphone">What microphone it has: <c>external</c>, <c>i2s</c> or <c>pdm</c>.</param>
/// <param name="Pins">GPIO numbers by use, such as <c>led</c>.</param>
public sealed record Board(
    string Name,
    string Title,
    string Chip,
    [property: JsonPropertyName("clockMHz")] BoardFact<int> ClockMHz,
    BoardFact<string> Firmware,
    BoardMemory Memory,
    BoardFlash Flash,
    BoardSpeed Speed,
    BoardFact<string> Microphone,
    IReadOnlyDictionary<string, BoardFact<int>> Pins)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Name of the schema, for editors.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Reads a definition.</summary>
    /// <param name="json">Content of the file, UTF-8.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <returns>The board.</returns>
    /// <exception cref="InvalidDataException">The file is no definition of a board; the message names file, field and line.</exception>
    public static Board Parse(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Board>(json, Options) ?? throw new InvalidDataException($"{file}: the file is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}, line {e.LineNumber + 1}, {e.Path}: {e.Message} See board.schema.json beside it.", e);
        }
    }
}

/// <summary>What the managed heap offers.</summary>
/// <param name="ModelBudgetBytes">Heap that blob, tables and arena may take together.</param>
/// <param name="LargestArrayBytes">Largest single array.</param>
public sealed record BoardMemory(BoardFact<int> ModelBudgetBytes, BoardFact<int> LargestArrayBytes);

/// <summary>What the flash offers.</summary>
/// <param name="SizeBytes">Whole flash.</param>
/// <param name="DeploymentAddress">Where the application lies.</param>
/// <param name="DeploymentBytes">Room for the application with its resources.</param>
/// <param name="InternalStorageBytes">Room for files on I:.</param>
public sealed record BoardFlash(BoardFact<int> SizeBytes, BoardFact<int> DeploymentAddress, BoardFact<int> DeploymentBytes, BoardFact<int> InternalStorageBytes);

/// <summary>How fast the interpreter is.</summary>
/// <param name="InstructionsPerSecond">RV32 instructions of the cost meter a second.</param>
public sealed record BoardSpeed(BoardFact<long> InstructionsPerSecond);
