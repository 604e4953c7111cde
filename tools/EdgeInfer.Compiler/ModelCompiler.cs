using System.Text;
using EdgeInfer.Compiler.Code;
using EdgeInfer.Compiler.Layers;
using EdgeInfer.Compiler.Metering;
using EdgeInfer.Compiler.Projects;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Compiler;

/// <summary>
/// The way from a model file to C# projects for the device: convert, choose layers, write their code, convert again without
/// their weights, compile for this machine, measure, divide into assemblies.
/// </summary>
public static class ModelCompiler
{
    /// <summary>Compiles a model.</summary>
    /// <param name="file">Content of a .tflite file.</param>
    /// <param name="fileName">Its name.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <returns>The projects, the blob and the figures.</returns>
    /// <exception cref="ConversionException">The model is damaged or not supported; every reason is listed.</exception>
    /// <exception cref="CompilationException">An operator was asked for that cannot be compiled, or none is worth it.</exception>
    public static CompiledModel Compile(byte[] file, string fileName, CompilationOptions? options = null)
    {
        options ??= new CompilationOptions();
        string name = options.Name ?? ClassNames.FromText(fileName);
        if (!ClassNames.IsUsable(name)) throw new CompilationException($"'{name}' cannot be the name of the class: it takes an upper-case letter, then letters and digits, and none of the runtime's names.");

        ConversionResult interpreted = ModelConverter.Convert(file, fileName, options.Conversion);
        long[] costs = CostProfiler.Measure(interpreted.Blob, interpreted.Model);
        Dictionary<int, LayerCode> candidates = Candidates(interpreted);
        int[] chosen = options.Layers is null ? LayerSelection.Choose(candidates, costs, options.FlashBytes) : [.. options.Layers.Distinct().Order()];
        if (candidates.Count == 0) throw new CompilationException("none of its layers can become code: only convolutions and matrix products of int8 activations with 8 or 4-bit weights can.");
        if (chosen.Length == 0) throw new CompilationException("no layer saves anything as code within the flash that it may take.");
        if (chosen.Except(candidates.Keys).ToArray() is { Length: > 0 } others)
        {
            throw new CompilationException($"operator {others[0]} cannot be compiled; these can: {string.Join(", ", candidates.Keys.Order())}.");
        }

        GeneratedCode generated = GeneratedCode.Write(
            interpreted, name, fileName, [.. chosen.Select(index => candidates[index])], replacement => ModelConverter.Convert(file, fileName, options.Conversion, replacement));
        Model model = generated.Conversion.Model;
        long[] compiledCosts = CostProfiler.Measure(generated.Conversion.Blob, model, generated.Build.Image, generated.ClassName);
        CompiledLayerReport[] layers = [.. interpreted.Packer.MainProgram.Select((record, index) =>
        {
            int slot = Array.IndexOf(chosen, index);
            return new CompiledLayerReport(index, record.Source!.Label, record.Code, MacsOf(interpreted.Packer, index), slot >= 0, costs[index], compiledCosts[index], slot < 0 ? 0 : generated.BytesOf(slot));
        })];

        List<GeneratedFile> files = [];
        IReadOnlyList<IReadOnlyList<CodeClass>> assemblies = AssemblyDivision.Divide(generated.Parts);
        List<string> names = [.. Enumerable.Range(1, assemblies.Count).Select(i => $"{name}.Code{i}")];
        for (int i = 0; i < names.Count; i++) files.AddRange(DeviceProjectWriter.Write(names[i], assemblies[i], [], []));
        files.AddRange(DeviceProjectWriter.Write(name, generated.Main, names, generated.Libraries));
        files.Add(new GeneratedFile(name + ".eib", generated.Conversion.Blob));
        CompiledModel compiled = new(name, interpreted, generated.Conversion, files, [name, .. names], generated.HasBlob, layers) { HostImage = generated.Build.Image };
        files.Add(new GeneratedFile("README.md", Encoding.UTF8.GetBytes(ReadmeWriter.Write(compiled, fileName))));
        return compiled;
    }

    /// <summary>The code of every operator that can be compiled and is one record of the main program.</summary>
    /// <param name="conversion">The model.</param>
    /// <returns>Code by operator.</returns>
    internal static Dictionary<int, LayerCode> Candidates(ConversionResult conversion)
    {
        Dictionary<int, LayerCode> candidates = [];
        for (int index = 0; index < conversion.Packer.MainProgram.Count; index++)
        {
            PackedRecord record = conversion.Packer.MainProgram[index];
            if (conversion.Packer.MainProgram.Count(r => r.Source == record.Source) > 1) continue;
            if (LayerReader.Read(record.Source!) is { } layer && LayerCode.Write(layer) is { } code) candidates.Add(index, code);
        }

        return candidates;
    }

    /// <summary>Multiply-accumulates of an operator, at the first of its records.</summary>
    private static long MacsOf(Packer packer, int index) =>
        packer.MainProgram.Take(index).Any(r => r.Source == packer.MainProgram[index].Source) ? 0 : packer.MainProgram[index].Source!.Macs;
}
