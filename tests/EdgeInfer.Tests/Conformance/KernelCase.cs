using System.Buffers.Binary;
using System.Text.Json;

namespace EdgeInfer.Tests.Conformance;

/// <summary>A single-operator case of ../shared/conformance/kernels: its parameters, operands and expected output.</summary>
internal sealed class KernelCase
{
    private readonly JsonElement _config;
    private readonly JsonElement _arrays;
    private readonly string _folder;

    private KernelCase(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement.Clone();
        _config = root.GetProperty("config");
        _arrays = root.GetProperty("arrays");
        _folder = Path.GetDirectoryName(path)!;
    }

    /// <summary>A number of the configuration.</summary>
    public int this[string key] => _config.GetProperty(key).GetInt32();

    /// <summary>Names of the cases of a family; none where the data is absent.</summary>
    public static TheoryData<string> NamesOf(string family)
    {
        TheoryData<string> names = [];
        if (!SharedData.IsPresent) return names;
        foreach (string file in Directory.EnumerateFiles(FolderOf(family), "*.json").Order(StringComparer.Ordinal))
        {
            names.Add(Path.GetFileNameWithoutExtension(file));
        }

        return names;
    }

    public static KernelCase Load(string family, string name)
    {
        ConformanceCounts.ExpectGolden();
        return new(Path.Combine(FolderOf(family), name + ".json"));
    }

    public int GetOrDefault(string key, int absent) => _config.TryGetProperty(key, out JsonElement value) ? value.GetInt32() : absent;

    public bool Has(string key) => _config.TryGetProperty(key, out _);

    /// <summary>A list of numbers of the configuration.</summary>
    public int[] List(string key) => [.. _config.GetProperty(key).EnumerateArray().Select(v => v.GetInt32())];

    public bool HasArray(string name) => _arrays.TryGetProperty(name, out JsonElement array) && !array.TryGetProperty("null", out _);

    /// <summary>An array of integers, whatever its width.</summary>
    public int[] Integers(string name)
    {
        JsonElement array = _arrays.GetProperty(name);
        if (array.TryGetProperty("values", out JsonElement values)) return [.. values.EnumerateArray().Select(v => v.GetInt32())];

        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder, array.GetProperty("file").GetString()!));
        return array.GetProperty("type").GetString() switch
        {
            "int8" => [.. bytes.Select(b => (int)(sbyte)b)],
            "int16" => [.. Enumerable.Range(0, bytes.Length / 2).Select(i => (int)BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(2 * i)))],
            "int32" => [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * i)))],
            string type => throw new InvalidDataException($"{name} is of {type}."),
            null => throw new InvalidDataException($"{name} has no type."),
        };
    }

    /// <summary>An array of 4-bit integers, two a byte, the first in the low half.</summary>
    /// <param name="name">Name of the array.</param>
    /// <param name="count">Number of integers.</param>
    public int[] Nibbles(string name, int count) => [.. Integers(name).SelectMany(pair => new[] { (sbyte)(pair << 4) >> 4, (sbyte)pair >> 4 }).Take(count)];

    /// <summary>An array of integers of 64 bits, or null where it is absent.</summary>
    public long[]? LongsOrNull(string name)
    {
        if (!HasArray(name)) return null;
        JsonElement array = _arrays.GetProperty(name);
        if (array.TryGetProperty("values", out JsonElement values)) return [.. values.EnumerateArray().Select(v => v.GetInt64())];
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder, array.GetProperty("file").GetString()!));
        return [.. Enumerable.Range(0, bytes.Length / 8).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * i)))];
    }

    /// <summary>Width of an array's elements, such as <c>int8</c>; null where it is absent.</summary>
    public string? TypeOf(string name) => HasArray(name) ? _arrays.GetProperty(name).GetProperty("type").GetString() : null;

    /// <summary>An array that may be absent.</summary>
    public int[]? IntegersOrNull(string name) => HasArray(name) ? Integers(name) : null;

    private static string FolderOf(string family) => SharedData.PathOf("conformance", "kernels", family);
}
