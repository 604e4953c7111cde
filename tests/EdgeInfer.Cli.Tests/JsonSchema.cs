using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeInfer.Cli.Tests;

/// <summary>The part of JSON Schema that the boards' schema uses.</summary>
internal static class JsonSchema
{
    private static readonly HashSet<string> Annotations = ["$schema", "$defs", "title", "description"];

    /// <summary>Says what is wrong with a value.</summary>
    public static IReadOnlyList<string> Validate(JsonElement value, JsonElement root)
    {
        List<string> problems = [];
        Validate(value, root, root, "$", problems);
        return problems;
    }

    private static void Validate(JsonElement value, JsonElement schema, JsonElement root, string path, List<string> problems)
    {
        foreach (JsonProperty rule in schema.EnumerateObject())
        {
            bool holds = rule.Name switch
            {
                "$ref" => Follow(rule.Value.GetString()!),
                "type" => IsOfType(value, rule.Value.GetString()!),
                "enum" => rule.Value.EnumerateArray().Any(e => e.GetRawText() == value.GetRawText()),
                "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.Value.GetString()!),
                "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.Value.GetInt32(),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
                "required" => value.ValueKind != JsonValueKind.Object || rule.Value.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _)),
                "properties" => Properties(rule.Value),
                "additionalProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => schema.GetProperty("properties").TryGetProperty(p.Name, out _)),
                string other => Annotations.Contains(other) ? true : throw new NotSupportedException($"The schema uses '{other}', which these tests do not know."),
            };
            if (!holds) problems.Add($"{path}: {rule.Name} {rule.Value.GetRawText()}");
        }

        bool Follow(string reference)
        {
            JsonElement target = root;
            foreach (string name in reference.Split('/').Skip(1)) target = target.GetProperty(name);
            Validate(value, target, root, path, problems);
            return true;
        }

        bool Properties(JsonElement properties)
        {
            if (value.ValueKind != JsonValueKind.Object) return true;

            foreach (JsonProperty property in value.EnumerateObject())
            {
                if (properties.TryGetProperty(property.Name, out JsonElement rules)) Validate(property.Value, rules, root, $"{path}.{property.Name}", problems);
            }

            return true;
        }
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"The schema uses type '{type}', which these tests do not know."),
    };
}
