using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeInfer.Cli.Terminal;

/// <summary>Writes results for scripts.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // A float output may be infinite or not a number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes an object; its properties in camel case.</summary>
    public static void Json(this CommandConsole console, object value) => console.Output.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Options));
}
