using System.Text.Json.Serialization;

namespace EdgeInfer.Converter.Boards;

/// <summary>How a fact about a board is known.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FactBasis>))]
public enum FactBasis
{
    /// <summary>Measured on the board or on its interpreter.</summary>
    [JsonStringEnumMemberName("measured")]
    Measured,

    /// <summary>Stated by the maker.</summary>
    [JsonStringEnumMemberName("documented")]
    Documented,

    /// <summary>Read in the firmware's sources.</summary>
    [JsonStringEnumMemberName("source")]
    Source,

    /// <summary>Plausible, but nobody has checked.</summary>
    [JsonStringEnumMemberName("assumed")]
    Assumed,
}

/// <summary>One fact about a board.</summary>
/// <typeparam name="T">Number or text.</typeparam>
/// <param name="Value">What is known.</param>
/// <param name="Basis">How it is known.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record BoardFact<T>(T Value, FactBasis Basis, string Source);
