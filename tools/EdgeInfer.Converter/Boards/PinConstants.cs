using System.Text;

namespace EdgeInfer.Converter.Boards;

/// <summary>Writes a board's pins as constants for firmware.</summary>
public static class PinConstants
{
    private const int None = -1;

    private static readonly (string Pin, string Constant, string Summary, bool IsRequired)[] Constants =
    [
        ("led", "Led", "GPIO of the LED; -1 where there is none.", false),
        ("microphoneClock", "MicrophoneClock", "GPIO of the microphone's bit clock (SCK).", true),
        ("microphoneWordSelect", "MicrophoneWordSelect", "GPIO of the microphone's word select (WS).", true),
        ("microphoneData", "MicrophoneData", "GPIO of the microphone's data (SD).", true),
        ("button", "Button", "GPIO of a button that is low when pressed; -1 where there is none.", false),
    ];

    /// <summary>Writes the file Pins.cs of an application.</summary>
    /// <param name="board">The board.</param>
    /// <param name="space">Namespace of the application.</param>
    /// <returns>Content of the file, nanoFramework C#.</returns>
    public static string Write(Board board, string space)
    {
        ArgumentNullException.ThrowIfNull(board);
        StringBuilder code = new();
        code.Append($"namespace {space}\n{{\n    /// <summary>Pins of the {board.Title}, written by: edgeinfer boards {board.Name} --pins Pins.cs --namespace {space}</summary>\n    internal static class Pins\n    {{\n");
        foreach ((string pin, string constant, string summary, bool isRequired) in Constants)
        {
            BoardFact<int>? fact = board.Pins.GetValueOrDefault(pin);
            if (fact is null && isRequired) throw new InvalidOperationException($"{board.Name} has no pin '{pin}'.");

            code.Append($"        /// <summary>{summary}</summary>\n");
            if (fact is not null) code.Append($"        /// <remarks>{Basis(fact.Basis)}: {Escape(fact.Source)}.</remarks>\n");
            code.Append($"        internal static readonly int {constant} = {fact?.Value ?? None};\n\n");
        }

        string isLow = board.Pins.GetValueOrDefault("ledActiveLow")?.Value == 1 ? "true" : "false";
        code.Append($"        /// <summary>Whether the LED is lit when its pin is low.</summary>\n        internal static readonly bool LedActiveLow = {isLow};\n    }}\n}}\n");
        return code.ToString();
    }

    /// <summary>How a fact is known, for people.</summary>
    /// <param name="basis">The basis.</param>
    public static string Basis(FactBasis basis) => basis switch
    {
        FactBasis.Measured => "Measured",
        FactBasis.Documented => "Documented",
        FactBasis.Source => "Read in sources",
        _ => "Assumed",
    };

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
