using System.Globalization;
using System.Text;

namespace EdgeInfer.Compiler.Projects;

/// <summary>Writes the page that goes with generated projects.</summary>
internal static class ReadmeWriter
{
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };

    /// <summary>Writes the page.</summary>
    /// <param name="model">The compiled model.</param>
    /// <param name="source">Name of what it comes from.</param>
    public static string Write(CompiledModel model, string source)
    {
        StringBuilder page = new();
        page.Append($"# {model.Name}\n\n{source}, compiled by `edgeinfer compile`: {model.Layers.Count(l => l.IsCompiled)} of {model.Layers.Count} operators have their weights as constants in\n");
        page.Append("code, which runs from flash and takes no heap. Outputs are those of the interpreted model, byte for byte.\n\n");
        page.Append("## Use\n\n");
        page.Append($"1. Add the projects {string.Join(", ", model.Assemblies.Select(a => $"`{a}`"))} to the solution of your application, and refer to `{model.Assemblies[0]}`.\n");
        page.Append($"2. The packages {string.Join(", ", model.Libraries.Select(l => $"`{l}`"))} must be of the version that compiled the model.\n");
        page.Append("3. In the application:\n\n```cs\nusing EdgeInfer;\nusing EdgeInfer.Compiled;\n\n");
        page.Append(model.HasBlob
            ? $"Interpreter interpreter = {model.Name}.CreateInterpreter();\n"
            : $"// {model.Name}.eib as a resource, or by a BlobSource that reads it from a file\nInterpreter interpreter = new Interpreter({model.Name}.Load(new ArrayBlobSource(blob)));\n");
        page.Append("```\n\nEverything else is as with an interpreted model: `Input`, `Invoke` or `Step`, `Output`, `Reset`, `SelfTest`, `Labels`.\n\n");
        if (model.HasBlob) page.Append($"`{model.Name}.eib` is the blob that the class has in it; `{model.Name}.Load` takes it from elsewhere too.\n\n");
        page.Append("## Cost\n\nRV32 instructions of one inference on the nanoFramework interpreter, and bytes of IL in flash.\n\n");
        page.Append("| operator | | MACs | interpreted | compiled | flash |\n|---:|---|---:|---:|---:|---:|\n");
        foreach (CompiledLayerReport layer in model.Layers)
        {
            page.Append($"| {layer.Index} | {layer.Label} | {Count(layer.Macs)} | {Count(layer.InterpretedCost)} | {Count(layer.CompiledCost)} | {(layer.IsCompiled ? Count(layer.FlashBytes) : string.Empty)} |\n");
        }

        page.Append($"| | **all** | {Count(model.Layers.Sum(l => l.Macs))} | {Count(model.Layers.Sum(l => l.InterpretedCost))} | {Count(model.Layers.Sum(l => l.CompiledCost))} | {Count(model.Layers.Sum(l => l.FlashBytes))} |\n");
        return page.ToString();
    }

    private static string Count(long value) => value.ToString("#,0", Grouped);
}
