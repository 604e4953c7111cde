using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeInfer.Converter;

namespace EdgeInfer.Tests.Conformance;

/// <summary>A public model of ../shared/conformance/models with its reference vectors.</summary>
internal sealed class PublicModel
{
    private static readonly ConcurrentDictionary<string, Lazy<ConversionResult>> Conversions = [];
    private readonly JsonElement _meta;

    private PublicModel(string name)
    {
        Name = name;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf("meta.json")));
        _meta = document.RootElement.Clone();
    }

    /// <summary>Names of the models that take and give integers; none where the data is absent.</summary>
    public static TheoryData<string> Quantized => NamesWhere(m => !m.IsFloat);

    /// <summary>Names of the float models.</summary>
    public static TheoryData<string> Floats => NamesWhere(m => m.IsFloat);

    /// <summary>Names of the models with sequences of frames.</summary>
    public static TheoryData<string> Stateful => NamesWhere(m => m.Sequences.Any());

    public string Name { get; }

    public int TflmArenaBytes => _meta.GetProperty("tflm_arena_used_bytes").GetProperty("rv32").GetInt32();

    public long Macs => _meta.GetProperty("macs").GetInt64();

    public IEnumerable<(byte[] Input, byte[] Output)> Vectors =>
        _meta.GetProperty("vectors").EnumerateArray().Select(v => (Read(v, "input_file"), Read(v, "output_file")));

    public IEnumerable<(byte[] Input, byte[] Output)> Sequences =>
        _meta.TryGetProperty("sequences", out JsonElement sequences)
            ? sequences.EnumerateArray().Select(v => (Read(v, "input_file"), Read(v, "output_file")))
            : [];

    private bool IsFloat => _meta.GetProperty("inputs")[0].GetProperty("dtype").GetString() == "float32";

    public static PublicModel Load(string name) => new(name);

    /// <summary>Converts the model as a user would; the result is shared by all tests.</summary>
    public ConversionResult Convert() =>
        Conversions.GetOrAdd(Name, _ => new Lazy<ConversionResult>(() => ModelConverter.ConvertFile(PathOf("model.tflite")))).Value;

    public string PathOf(params string[] parts) => SharedData.PathOf(["conformance", "models", Name, .. parts]);

    /// <summary>Runs as many inferences as the input has frames, the state kept.</summary>
    public static byte[] Run(Interpreter interpreter, byte[] input) => Run(interpreter, input, interpreter.Invoke);

    public static byte[] Run(Interpreter interpreter, byte[] input, Action invoke)
    {
        List<byte> outputs = [];
        int position = 0;
        while (position < input.Length)
        {
            for (int i = 0; i < interpreter.InputCount; i++)
            {
                Span<byte> elements = BytesOf(interpreter.Input(i));
                input.AsSpan(position, elements.Length).CopyTo(elements);
                position += elements.Length;
            }

            invoke();
            for (int i = 0; i < interpreter.OutputCount; i++) outputs.AddRange(BytesOf(interpreter.Output(i)));
        }

        return [.. outputs];
    }

    /// <summary>The elements of a tensor as they lie in a file.</summary>
    public static Span<byte> BytesOf(Tensor tensor) => tensor.Type switch
    {
        TensorType.Int8 or TensorType.UInt8 => MemoryMarshal.AsBytes(tensor.Int8.AsSpan(tensor.Offset, tensor.Count)),
        TensorType.Int16 => MemoryMarshal.AsBytes(tensor.Int16.AsSpan(tensor.Offset, tensor.Count)),
        TensorType.Int32 => MemoryMarshal.AsBytes(tensor.Int32.AsSpan(tensor.Offset, tensor.Count)),
        _ => MemoryMarshal.AsBytes(tensor.Float32.AsSpan(tensor.Offset, tensor.Count)),
    };

    private static TheoryData<string> NamesWhere(Func<PublicModel, bool> condition)
    {
        TheoryData<string> names = [];
        if (!SharedData.IsPresent) return names;
        foreach (string folder in Directory.EnumerateDirectories(SharedData.PathOf("conformance", "models")).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(folder);
            if (condition(Load(name))) names.Add(name);
        }

        return names;
    }

    private byte[] Read(JsonElement vector, string key) => File.ReadAllBytes(PathOf(vector.GetProperty(key).GetString()!));
}
