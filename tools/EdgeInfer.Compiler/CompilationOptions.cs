using EdgeInfer.Converter;

namespace EdgeInfer.Compiler;

/// <summary>What a user may choose about a compilation.</summary>
public sealed record CompilationOptions
{
    /// <summary>Flash that generated code takes at most where the layers are chosen by what they save: four full assemblies.</summary>
    public const int DefaultFlashBytes = 256 * 1024;

    /// <summary>Name of the class; null for one made of the file's name.</summary>
    public string? Name { get; init; }

    /// <summary>Operators of the main program that shall be compiled, by index; null for those that save most a byte of flash.</summary>
    public IReadOnlyCollection<int>? Layers { get; init; }

    /// <summary>Bytes of code that the chosen layers take at most.</summary>
    public int FlashBytes { get; init; } = DefaultFlashBytes;

    /// <summary>Choices about the blob.</summary>
    public ConversionOptions Conversion { get; init; } = new();
}
