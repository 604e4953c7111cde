using System.CommandLine;
using EdgeInfer.Cli.Terminal;
using EdgeInfer.Compiler;
using EdgeInfer.Compiler.Projects;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Boards;
using Spectre.Console;

namespace EdgeInfer.Cli.Commands;

/// <summary><c>edgeinfer compile</c>: from a .tflite file to C# projects with the weights of its hot layers as constants.</summary>
internal static class CompileCommand
{
    private const string Hot = "hot";
    private const string All = "all";
    private const int LargestFlash = 16 * 1024 * 1024;

    /// <summary>Creates the command.</summary>
    /// <param name="console">Where it writes to.</param>
    public static Command Create(CommandConsole console)
    {
        Argument<string> model = new("model") { Description = "An int8 .tflite file.", HelpName = "MODEL" };
        Option<string> output = new("--output", "-o") { Description = "Folder for the projects; it is created.", HelpName = "FOLDER", Required = true };
        Option<string?> name = new("--name") { Description = "Name of the class. Default: made of the file's name.", HelpName = "NAME" };
        Option<string> layers = new("--layers")
        {
            Description = "hot: those that save most for their flash, as --max-flash allows; all: every one that saves anything; or indexes of operators as inspect shows them, such as 1,3.",
            HelpName = "LAYERS",
            DefaultValueFactory = _ => Hot,
        };
        Option<int?> flash = new Option<int?>("--max-flash")
        {
            Description = $"Bytes of code that hot layers may take. Default: {CompilationOptions.DefaultFlashBytes}, four assemblies of nanoFramework's largest size.",
            HelpName = "BYTES",
        }.Between(1, LargestFlash);
        Option<bool> json = CommonOptions.Json();
        Command command = new("compile", "Turn the hot layers of a model into C# code: faster on the device, and no heap for their weights.") { model, output, name, layers, flash, json };
        StreamingChoices streaming = new();
        streaming.AddTo(command);
        command.SetAction(parsed =>
        {
            string chosen = parsed.GetValue(layers)!;
            CompilationOptions options = new()
            {
                Name = parsed.GetValue(name),
                Layers = chosen is Hot or All ? null : Indexes(chosen),
                FlashBytes = chosen == All ? int.MaxValue : parsed.GetValue(flash) ?? CompilationOptions.DefaultFlashBytes,
                Conversion = streaming.Apply(new ConversionOptions(), parsed),
            };
            Compile(console, parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), options, parsed.GetValue(json));
        });
        return command;
    }

    private static void Compile(CommandConsole console, string path, string folder, CompilationOptions options, bool json)
    {
        byte[] file = ModelFile.ReadAll(path);
        if (file.Length >= sizeof(int) && BitConverter.ToInt32(file) == BlobFormat.Magic) throw new CommandFailure($"{path}: this is a blob already. Give the .tflite file that it was made from.");

        CompiledModel compiled;
        try
        {
            compiled = console.Busy($"Compiling {Path.GetFileName(path)}", _ => ModelCompiler.Compile(file, Path.GetFileName(path), options));
        }
        catch (CompilationException e)
        {
            throw new CommandFailure($"{path}: {e.Message}");
        }

        foreach (GeneratedFile generated in compiled.Files) Write(Path.Combine(folder, generated.Path), generated.Content);
        if (json) WriteJson(console, folder, compiled);
        else Print(console, folder, compiled);
    }

    private static int[] Indexes(string layers)
    {
        string[] words = layers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] indexes = [.. words.Select(w => int.TryParse(w, System.Globalization.CultureInfo.InvariantCulture, out int index) ? index : -1)];
        return indexes.Length > 0 && indexes.All(i => i >= 0)
            ? indexes
            : throw new CommandFailure($"--layers {layers}: give hot, all, or indexes of operators such as 1,3 ('edgeinfer inspect' lists them).");
    }

    private static void Write(string path, byte[] content)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path}: its folder cannot be created ({e.Message.TrimEnd('.')}). Choose another place.");
        }

        OutputFile.Write(path, content);
    }

    private static void WriteJson(CommandConsole console, string folder, CompiledModel compiled) => console.Json(new
    {
        Folder = folder,
        compiled.Name,
        compiled.Assemblies,
        compiled.HasBlob,
        Interpreted = Memory(compiled.Interpreted),
        Compiled = Memory(compiled.Conversion),
        FlashBytes = compiled.Layers.Sum(l => l.FlashBytes),
        compiled.Layers,
    });

    private static object Memory(ConversionResult result) => new
    {
        BlobBytes = result.Blob.Length,
        result.Model.ArenaBytes,
        HeapBytes = ModelFootprint.Of(result.Model).AsResource,
    };

    private static void Print(CommandConsole console, string folder, CompiledModel compiled)
    {
        console.Line($"[bold]{Markup.Escape(folder)}[/]: class {compiled.Name} in {compiled.Assemblies.Count} assemblies");
        Table table = new Table().Border(TableBorder.SimpleHeavy).BorderStyle(new Style(Color.Grey));
        foreach (string title in (string[])["", "operator", "MACs", "interpreted", "compiled", "a MAC", "flash"])
        {
            TableColumn column = new TableColumn(title).NoWrap();
            table.AddColumn(title == "operator" ? column : column.RightAligned());
        }

        foreach (CompiledLayerReport layer in compiled.Layers)
        {
            string style = layer.IsCompiled ? "green" : "dim";
            string[] cells =
            [
                $"{layer.Index}",
                Markup.Escape(layer.Label),
                Wording.Count(layer.Macs),
                Wording.Short(layer.InterpretedCost),
                Wording.Short(layer.CompiledCost),
                PerMac(layer.CompiledCost, layer.Macs),
                layer.IsCompiled ? Wording.Count(layer.FlashBytes) : string.Empty,
            ];
            table.AddRow([.. cells.Select(c => $"[{style}]{c}[/]")]);
        }

        long macs = compiled.Layers.Sum(l => l.Macs), before = compiled.Layers.Sum(l => l.InterpretedCost), after = compiled.Layers.Sum(l => l.CompiledCost);
        table.AddRow(string.Empty, "[bold]all[/]", Wording.Count(macs), Wording.Short(before), Wording.Short(after), PerMac(after, macs), Wording.Count(compiled.Layers.Sum(l => l.FlashBytes)));
        console.Rich.Write(table);

        ConversionResult from = compiled.Interpreted, to = compiled.Conversion;
        Grid grid = new Grid().AddColumn().AddColumn();
        grid.AddRow("cost", "RV32 instructions of an inference on the interpreter of nanoFramework, by the cost meter");
        grid.AddRow("flash", "bytes of IL; the tables of the assemblies and what holds the blob come on top");
        grid.AddRow("arena", $"{Wording.Count(to.Model.ArenaBytes)} bytes, interpreted {Wording.Count(from.Model.ArenaBytes)}");
        grid.AddRow("blob", $"{Wording.Count(to.Blob.Length)} bytes, interpreted {Wording.Count(from.Blob.Length)}{(compiled.HasBlob ? "; it is in the class" : string.Empty)}");
        grid.AddRow("heap", $"{Wording.Count(ModelFootprint.Of(to.Model).AsResource)} bytes with blob, tables and arena, interpreted {Wording.Count(ModelFootprint.Of(from.Model).AsResource)}");
        console.Rich.Write(grid);
        console.Line($"[dim]Next: {Markup.Escape(Path.Combine(folder, "README.md"))} says how to use it.[/]");
    }

    private static string PerMac(long cost, long macs) =>
        macs == 0 ? string.Empty : (cost / (double)macs).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
}
