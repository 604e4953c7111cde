using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EdgeInfer.Quantizer;

/// <summary>
/// A recipe as a file has it and as a blob carries it: an object of JSON with the properties of <see cref="QuantizationRecipe"/>, whose attributes say what each may be. Those
/// that are left out are as in the default recipe. Comments before it tell what the recipe was used with.
/// </summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Notes">The comments, a line each.</param>
public sealed record RecipeFile(QuantizationRecipe Recipe, IReadOnlyList<string> Notes)
{
    private const string Comment = "// ";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false), new NameSetConverter() },
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NewLine = "\n",
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Restrict } },
    };

    private static readonly JsonSerializerOptions Indented = new(Json) { WriteIndented = true };

    /// <summary>How a value of an enumeration is written, here and on the command line.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its name.</returns>
    public static string NameOf(Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>All of it in words, a line each.</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string> Describe() => Recipe.Describe().Concat(Notes);

    /// <summary>Writes the recipe.</summary>
    /// <param name="indented">A property a line, for people, rather than as short as it gets.</param>
    /// <returns>The text.</returns>
    public string Write(bool indented) =>
        string.Concat(Notes.Select(n => $"{Comment}{n}\n")) + JsonSerializer.Serialize(Recipe, indented ? Indented : Json) + (indented ? "\n" : string.Empty);

    /// <summary>Reads a recipe.</summary>
    /// <param name="content">The text in UTF-8.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="QuantizationException">It is none; the message names the line.</exception>
    public static RecipeFile Read(byte[] content, string source)
    {
        string text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
        try
        {
            QuantizationRecipe recipe = JsonSerializer.Deserialize<QuantizationRecipe>(text, Json) ?? throw new JsonException("there is no object");
            return new RecipeFile(recipe, [.. text.Split('\n').TakeWhile(l => l.StartsWith(Comment, StringComparison.Ordinal)).Select(l => l[Comment.Length..].TrimEnd())]);
        }
        catch (JsonException e)
        {
            throw new QuantizationException($"{source}{(e.LineNumber is { } line ? $", line {line + 1}" : string.Empty)}: {Explain(e)}");
        }
    }

    private static string Explain(JsonException problem)
    {
        JsonPropertyInfo[] known = [.. Json.GetTypeInfo(typeof(QuantizationRecipe)).Properties];
        string name = problem.Path is { Length: > 2 } path ? path[2..].Split('.', '[')[0] : string.Empty;
        if (Array.Find(known, p => p.Name == name) is { } property) return $"\"{name}\" is {Kind(property)}, once.";
        if (name.Length > 0) return $"a recipe has no \"{name}\". It has {string.Join(", ", known.Select(p => p.Name))}.";

        string message = problem.Message.Split(" Path: ")[0].TrimEnd('.');
        return $"this is no recipe ({message}). Write one with --save-recipe.";
    }

    /// <summary>What a property may be.</summary>
    private static string Kind(JsonPropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        ValidationAttribute[] rules = RulesOf(property);
        return rules.OfType<AllowedValuesAttribute>().FirstOrDefault() is { } allowed ? string.Join(" or ", allowed.Values.Select(v => v ?? "null"))
            : rules.OfType<RangeAttribute>().FirstOrDefault() is { } range ? $"a whole number from {range.Minimum} to {range.Maximum}"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetValues(type).Cast<Enum>().Select(v => $"\"{NameOf(v)}\""))}"
            : type == typeof(bool) ? "true or false"
            : "a list of names of layers";
    }

    /// <summary>Only what a recipe is made of is in its file, and only what may be.</summary>
    private static void Restrict(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties.ToArray())
        {
            if (property.Set is not { } set)
            {
                type.Properties.Remove(property);
                continue;
            }

            ValidationAttribute[] rules = RulesOf(property);
            if (rules.Length > 0) property.Set = (recipe, value) => set(recipe, Array.TrueForAll(rules, r => r.IsValid(value)) ? value : throw new JsonException());
        }
    }

    private static ValidationAttribute[] RulesOf(JsonPropertyInfo property) => [.. property.AttributeProvider?.GetCustomAttributes(typeof(ValidationAttribute), true).Cast<ValidationAttribute>() ?? []];

    /// <summary>Names in the order of the alphabet, so that the same recipe is the same text.</summary>
    private sealed class NameSetConverter : JsonConverter<IReadOnlySet<string>>
    {
        public override IReadOnlySet<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            HashSet<string> names = [];
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) names.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());
            return names;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlySet<string> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Order(StringComparer.Ordinal), options);
    }
}
