using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Packing;

/// <summary>A tensor entry of the blob: memory that a graph tensor, a state or scratch takes in the arena.</summary>
/// <param name="name">Name for messages and pictures.</param>
/// <param name="type">Element type.</param>
/// <param name="count">Number of elements.</param>
/// <param name="source">The graph tensor, or null for scratch.</param>
public sealed class PackedTensor(string name, TensorType type, int count, GraphTensor? source)
{
    /// <summary>Name for messages and pictures.</summary>
    public string Name { get; } = name;

    /// <summary>Element type.</summary>
    public TensorType Type { get; } = type;

    /// <summary>Number of elements.</summary>
    public int Count { get; } = count;

    /// <summary>The graph tensor, or null for scratch.</summary>
    public GraphTensor? Source { get; } = source;

    /// <summary>True for states and constants that stay in the arena.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>The tensor in which this one lies, or null where it has memory of its own.</summary>
    public PackedTensor? Whole { get; init; }

    /// <summary>The element of <see cref="Whole"/> at which this tensor begins.</summary>
    public int Start { get; init; }

    /// <summary>Position in the table of tensors.</summary>
    public required int Index { get; init; }

    /// <summary>First record of the main program that uses it; -1 where it is there before.</summary>
    public int FirstUse { get; set; } = int.MaxValue;

    /// <summary>Last record of the main program that uses it; the number of records where it is needed afterwards.</summary>
    public int LastUse { get; set; } = -1;

    /// <summary>First element in the arena, once planned.</summary>
    public int Offset { get; set; }

    /// <summary>Bytes in the arena.</summary>
    public int Bytes => Count * Arena.ElementBytes(Type);

    /// <summary>Extends the lifetime, and with it that of the tensor in which this one lies.</summary>
    /// <param name="record">A record that uses the tensor.</param>
    public void Use(int record)
    {
        FirstUse = Math.Min(FirstUse, record);
        LastUse = Math.Max(LastUse, record);
        Whole?.Use(record);
    }
}
