using System.Reflection;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Streaming;
using EdgeInfer.NanoFramework;
using EdgeInfer.NanoFramework.Tests;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Compiler.Tests;

/// <summary>Public models, compiled: equal to their vectors, conforming to the device, and as cheap as promised.</summary>
public class PublicModelTests
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Lazy<CompiledModel>> Compilations = [];

    public static TheoryData<string> Quantized => PublicModel.Quantized;

    public static TheoryData<string> Stateful => PublicModel.Stateful;

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Every_vector_is_equal(string name)
    {
        if (Compile(name) is not { } compiled) return;

        Model model = Load(compiled);
        foreach ((byte[] input, byte[] output) in PublicModel.Load(name).Vectors) Assert.Equal(output, PublicModel.Run(new Interpreter(model), input));
        Assert.Equal(SelfTest.Passed, SelfTest.Run(new Interpreter(model)));
    }

    [SharedTheory]
    [MemberData(nameof(Stateful))]
    public void Every_sequence_is_equal(string name)
    {
        if (Compile(name) is not { } compiled) return;

        Model model = Load(compiled);
        foreach ((byte[] input, byte[] output) in PublicModel.Load(name).Sequences) Assert.Equal(output, PublicModel.Run(new Interpreter(model), input));
    }

    /// <summary>Hot layers of a streamed model as code, beside the windowed model: random frames, and a reset among them.</summary>
    [SharedFact]
    public void A_streamed_model_is_equal_to_its_windows()
    {
        byte[] file = File.ReadAllBytes(PublicModel.Load("micro_speech_quantized").PathOf("model.tflite"));
        ConversionOptions conversion = new() { Streaming = new StreamingOptions(4), TimePadding = TimePadding.Extend };
        CompiledModel compiled = ModelCompiler.Compile(file, "streamed.tflite", new CompilationOptions { Conversion = conversion });
        StreamingCheck check = compiled.Interpreted.Streaming!.Check(compiled.Interpreted.Windowed!, Load(compiled));
        Assert.Equal(45, check.OnRandomFrames());
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Inference_allocates_nothing(string name)
    {
        if (Compile(name) is not { } compiled) return;

        Interpreter interpreter = new(Load(compiled));
        interpreter.Invoke();
        long before = GC.GetAllocatedBytesForCurrentThread();
        interpreter.Invoke();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Memory_is_no_more_than_interpreted(string name)
    {
        if (Compile(name) is not { } compiled) return;

        Assert.InRange(compiled.Conversion.Model.ArenaBytes, 1, PublicModel.Load(name).TflmArenaBytes);
        Assert.InRange(compiled.Conversion.Blob.Length, 1, compiled.Interpreted.Blob.Length);
    }

    [SharedTheory]
    [MemberData(nameof(Quantized))]
    public void Every_assembly_conforms_to_the_device(string name)
    {
        if (Compile(name) is not { } compiled) return;

        string root = Directory.CreateTempSubdirectory("edgeinfer-compiled").FullName;
        try
        {
            foreach (var file in compiled.Files)
            {
                string path = Path.Combine(root, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, file.Content);
            }

            List<byte[]> images = [.. compiled.Libraries.Select(each => NanoConformance.CheckProject(Path.Combine(Repository.Root, "src", each, each + ".csproj")).Image!)];
            foreach (string assembly in compiled.Assemblies.Reverse())
            {
                DeviceProject project = DeviceProject.Load(Path.Combine(root, assembly, assembly + ".nfproj"));
                ConformanceResult result = NanoConformance.Check(new ConformanceRequest(assembly, [.. project.SourceFiles.Select(DeviceSource.FromFile)])
                {
                    Libraries = project.Libraries,
                    References = images,
                });
                Assert.True(result.Violations.Count == 0, string.Join('\n', result.Violations));
                images.Add(result.Image!);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [SharedFact]
    public void A_single_tap_convolution_costs_less_than_150_a_multiply()
    {
        CompiledModel compiled = Compile("kws_ref_model_int8")!;
        CompiledLayerReport[] layers = [.. compiled.Layers.Where(l => l.IsCompiled && l.Macs == 512_000)];
        Assert.Equal(4, layers.Length);
        Assert.All(layers, layer => Assert.InRange(layer.CompiledCost / (double)layer.Macs, 93, 150));
    }

    [SharedFact]
    public void A_matrix_product_costs_less_than_170_a_multiply()
    {
        CompiledModel compiled = Compile("ad01_int8")!;
        CompiledLayerReport[] layers = [.. compiled.Layers.Where(l => l.IsCompiled && l.Macs >= 16_384)];
        Assert.NotEmpty(layers);
        Assert.All(layers, layer => Assert.InRange(layer.CompiledCost / (double)layer.Macs, 93, 170));
    }

    /// <summary>A model compiled with the default choices; null where it has no layer for that.</summary>
    private static CompiledModel? Compile(string name)
    {
        try
        {
            return Compilations.GetOrAdd(name, _ => new Lazy<CompiledModel>(() =>
                ModelCompiler.Compile(File.ReadAllBytes(PublicModel.Load(name).PathOf("model.tflite")), name + ".tflite"))).Value;
        }
        catch (CompilationException)
        {
            return null;
        }
    }

    private static Model Load(CompiledModel compiled)
    {
        Type type = Assembly.Load(compiled.HostImage).GetType($"EdgeInfer.Compiled.{compiled.Name}", throwOnError: true)!;
        return compiled.HasBlob
            ? ((Interpreter)type.GetMethod("CreateInterpreter")!.Invoke(null, null)!).Model
            : (Model)type.GetMethod(nameof(Model.Load), [typeof(BlobSource)])!.Invoke(null, [new ArrayBlobSource(compiled.Conversion.Blob)])!;
    }
}
