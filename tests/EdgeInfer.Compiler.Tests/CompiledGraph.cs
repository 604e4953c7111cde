using System.Reflection;
using EdgeInfer.Compiler.Code;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests;

namespace EdgeInfer.Compiler.Tests;

/// <summary>A small graph all of whose layers are compiled where they can be, beside the same graph interpreted.</summary>
internal sealed class CompiledGraph
{
    private CompiledGraph(ConversionResult interpreted, GeneratedCode? code)
    {
        Interpreted = interpreted;
        Generated = code;
    }

    public ConversionResult Interpreted { get; }

    /// <summary>Null where nothing could be compiled.</summary>
    public GeneratedCode? Generated { get; }

    public GeneratedCode Code => Generated ?? throw new InvalidOperationException("Nothing could be compiled.");

    /// <summary>Compiles an operator.</summary>
    /// <param name="create">Creates it anew at every call, because conversion changes graphs.</param>
    public static CompiledGraph Of(Func<Operator> create)
    {
        ConversionResult interpreted = GraphRunner.Convert(GraphRunner.GraphOf(create()));
        Dictionary<int, LayerCode> candidates = ModelCompiler.Candidates(interpreted);
        GeneratedCode? code = candidates.Count == 0 ? null : GeneratedCode.Write(
            interpreted, "Sample", "sample", [.. candidates.OrderBy(c => c.Key).Select(c => c.Value)],
            replacement => ModelConverter.Convert(GraphRunner.GraphOf(create()), new byte[32], new ConversionOptions { SelfTestFrames = 0 }, replacement));
        return new CompiledGraph(interpreted, code);
    }

    public Model Load() => Load(Code.Build.Image, Code.ClassName, Code.Conversion.Blob);

    /// <summary>Loads a blob by the generated class.</summary>
    public static Model Load(byte[] image, string className, byte[] blob) =>
        (Model)Loader(image, className).Invoke(null, [new ArrayBlobSource(blob)])!;

    /// <summary>The generated method that takes a source.</summary>
    public static MethodInfo Loader(byte[] image, string className) => Assembly.Load(image).GetType(className, throwOnError: true)!.GetMethod(nameof(Model.Load), [typeof(BlobSource)])!;
}
