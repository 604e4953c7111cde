using System.Text.Json;
using EdgeInfer.Converter.Boards;

namespace EdgeInfer.Cli.Flashing;

/// <summary>One run of nanoff, the flasher of nanoFramework.</summary>
/// <param name="Title">What it does.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="FileList">The file that it is given, where it uploads files; its name stands for <see cref="FileListPlace"/> in the arguments.</param>
internal sealed record FlashStep(string Title, IReadOnlyList<string> Arguments, string? FileList = null)
{
    /// <summary>Where the name of the list of files goes.</summary>
    public const string FileListPlace = "FILES.json";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>Flashes the nanoFramework image.</summary>
    public static FlashStep Firmware(Board board, string port) =>
        new($"nanoFramework image {board.Firmware.Value}", ["--target", board.Firmware.Value, "--serialport", port, "--update"]);

    /// <summary>Deploys an application.</summary>
    public static FlashStep Application(Board board, string port, string image) =>
        new($"application {Path.GetFileName(image)}", ["--target", board.Firmware.Value, "--serialport", port, "--deploy", "--image", image]);

    /// <summary>Uploads a file to the internal storage.</summary>
    public static FlashStep Upload(string port, string source, string destination)
    {
        object list = new { serialport = port, files = new[] { new { DestinationFilePath = destination, SourceFilePath = Path.GetFullPath(source) } } };
        return new FlashStep($"model as {destination}", ["--filedeployment", FileListPlace], JsonSerializer.Serialize(list, Options));
    }

    /// <summary>The command as one would type it.</summary>
    public string CommandLine => string.Join(' ', Arguments.Prepend(Nanoff.Program).Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"\"{a}\"" : a));
}
