using System.Diagnostics.CodeAnalysis;

namespace EdgeInfer.Converter.Planning;

/// <summary>
/// The typed arrays an arena consists of. nanoFramework cannot reinterpret an array as one of another element type, so each
/// element type has an array of its own and no storage moves from one to another.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "A segment is what its element type is; no other name says it.")]
public enum ArenaSegment
{
    /// <summary>sbyte[]</summary>
    Int8,

    /// <summary>short[]</summary>
    Int16,

    /// <summary>int[]</summary>
    Int32,

    /// <summary>long[]</summary>
    Int64,

    /// <summary>float[]</summary>
    Float32,

    /// <summary>long[][], tiles of sixteen packed numbers each</summary>
    Tile,
}

/// <summary>Facts about <see cref="ArenaSegment"/>.</summary>
public static class ArenaSegments
{
    /// <summary>All segments, in the order in which plans list them.</summary>
    public static IReadOnlyList<ArenaSegment> All { get; } = Enum.GetValues<ArenaSegment>();

    /// <summary>Bytes of one element: 1, 2, 4, 8, 4 or 128.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the segments.</exception>
    public static int ElementBytes(this ArenaSegment segment) => segment switch
    {
        ArenaSegment.Int8 => 1,
        ArenaSegment.Int16 => 2,
        ArenaSegment.Int32 => 4,
        ArenaSegment.Int64 => 8,
        ArenaSegment.Float32 => 4,
        ArenaSegment.Tile => 8 * Arena.TileLength,
        _ => throw new ArgumentOutOfRangeException(nameof(segment), segment, "Not an arena segment."),
    };
}

/// <summary>One storage that wants room in the arena: a tensor, several tensors that are views of each other, or a state.</summary>
/// <param name="Name">What messages and pictures call it.</param>
/// <param name="Segment">The typed array it lives in.</param>
/// <param name="Size">Elements, 0 or more.</param>
/// <param name="FirstUse">First operator that reads or writes it; -1 when it holds data before operator 0 runs.</param>
/// <param name="LastUse">Last operator (inclusive) that reads or writes it; the operator count when it outlives the last one.</param>
public sealed record ArenaRequest(string Name, ArenaSegment Segment, int Size, int FirstUse, int LastUse);

/// <summary>
/// Permission to let an operator write its output over one of its inputs, both starting at the same element. The input's last
/// use and the output's first use are this operator, and the output has no more elements than the input.
/// </summary>
/// <param name="OperatorIndex">The operator that may run in place.</param>
/// <param name="InputStorage">Index of the input's request.</param>
/// <param name="OutputStorage">Index of the output's request.</param>
public sealed record AliasCandidate(int OperatorIndex, int InputStorage, int OutputStorage);
