using System.Runtime.InteropServices;

namespace EdgeInfer.Converter.Graph;

/// <summary>A value of the graph: an activation, a constant or a variable.</summary>
/// <param name="name">Name in the source model; unique enough to be found in a viewer.</param>
/// <param name="type">Element type.</param>
/// <param name="shape">Dimensions, the slowest first; images are NHWC. Empty for a scalar.</param>
public sealed class GraphTensor(string name, ElementType type, int[] shape)
{
    private GraphTensor? _viewOf;
    private int _viewStart;

    /// <summary>Name in the source model.</summary>
    public string Name { get; } = name;

    /// <summary>Element type.</summary>
    public ElementType Type { get; } = type;

    /// <summary>Dimensions, the slowest first.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>Number of elements.</summary>
    public int Count { get; } = shape.Aggregate(1, (a, b) => checked(a * b));

    /// <summary>
    /// Quantization, or null where the elements stand for themselves. On a tensor of floats it is the one that quantizing the graph
    /// will give it.
    /// </summary>
    public Quantization? Quantization { get; set; }

    /// <summary>Content of a constant, little endian; null for everything that is computed.</summary>
    public byte[]? Data { get; set; }

    /// <summary>True for a state: it keeps its value from one inference to the next.</summary>
    public bool IsVariable { get; init; }

    /// <summary>
    /// True for weights that several operators have in common, as the steps of a recurrence do: they are quantized alike, and nothing may change them for
    /// one of the operators alone.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>What a reset sets a variable to, little endian; null for all zero bytes.</summary>
    public byte[]? InitialData { get; set; }

    /// <summary>True where the content is known at conversion.</summary>
    public bool IsConstant => Data is not null;

    /// <summary>
    /// The tensor in whose memory this one lies, from element <see cref="StorageStart"/> on: a reshaped tensor is a view of the
    /// original, a slice a part of it. Set by passes; always leads to the tensor that owns the memory.
    /// </summary>
    public GraphTensor Storage => _viewOf is null ? this : _viewOf.Storage;

    /// <summary>The element of <see cref="Storage"/> at which this tensor begins.</summary>
    public int StorageStart => _viewOf is null ? 0 : _viewStart + _viewOf.StorageStart;

    /// <summary>True where the tensor lies in another one without filling it.</summary>
    public bool IsPart => Count != Storage.Count;

    /// <summary>Makes this tensor a view of another one.</summary>
    /// <param name="other">A tensor of the same element type and count.</param>
    /// <exception cref="ArgumentException">The tensors differ in type or count, or the view would be its own.</exception>
    public void MakeViewOf(GraphTensor other)
    {
        if (other.Count != Count) throw new ArgumentException($"'{Name}' cannot be a view of '{other.Name}', which has {other.Count} elements.", nameof(other));
        MakePartOf(other, 0);
    }

    /// <summary>Lets this tensor lie in another one: consecutive elements of it.</summary>
    /// <param name="other">A tensor of the same element type.</param>
    /// <param name="start">Its element at which this tensor begins.</param>
    /// <exception cref="ArgumentException">The types differ, the part would reach beyond the tensor, or the tensor would lie in itself.</exception>
    public void MakePartOf(GraphTensor other, int start)
    {
        if (other.Type != Type || start < 0 || start > other.Count - Count || other.Storage == this)
        {
            throw new ArgumentException($"'{Name}' cannot lie in '{other.Name}'.", nameof(other));
        }

        _viewOf = other;
        _viewStart = start;
    }

    /// <summary>Gives this tensor memory of its own again.</summary>
    public void MakeOwner()
    {
        _viewOf = null;
        _viewStart = 0;
    }

    /// <summary>Reads a constant of 8-bit or 4-bit integers.</summary>
    /// <returns>The elements.</returns>
    public ReadOnlySpan<sbyte> Int8s() => MemoryMarshal.Cast<byte, sbyte>(Content());

    /// <summary>Reads a constant of 16-bit integers.</summary>
    /// <returns>The elements.</returns>
    public ReadOnlySpan<short> Int16s() => MemoryMarshal.Cast<byte, short>(Content());

    /// <summary>Reads a constant of 32-bit integers.</summary>
    /// <returns>The elements.</returns>
    public ReadOnlySpan<int> Int32s() => MemoryMarshal.Cast<byte, int>(Content());

    /// <summary>Reads a constant of floats.</summary>
    /// <returns>The elements.</returns>
    public ReadOnlySpan<float> Floats() => MemoryMarshal.Cast<byte, float>(Content());

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} [{string.Join(',', Shape)}]";

    private ReadOnlySpan<byte> Content() =>
        Data ?? throw new InvalidOperationException($"Tensor '{Name}' is not a constant.");
}
