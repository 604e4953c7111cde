namespace EdgeInfer.Cli.Inspection;

/// <summary>A tensor entry of a blob with the part of an inference during which it holds a value.</summary>
/// <param name="Index">Position in the table of tensors.</param>
/// <param name="Name">What pictures call it.</param>
/// <param name="Type">Element type.</param>
/// <param name="Offset">First element in its segment.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="IsPersistent">True for a state or a constant of the arena.</param>
/// <param name="IsScratch">True where only one operator uses it.</param>
/// <param name="IsPart">True where it lies in another tensor, whose memory it shares.</param>
/// <param name="FirstUse">First operator that uses it; -1 where it is there before.</param>
/// <param name="LastUse">Last operator that uses it; the number of operators where it is needed afterwards.</param>
internal sealed record ArenaTensor(
    int Index,
    string Name,
    TensorType Type,
    int Offset,
    int Count,
    bool IsPersistent,
    bool IsScratch,
    bool IsPart,
    int FirstUse,
    int LastUse)
{
    /// <summary>The typed array that holds it: its type, or Int8 for unsigned bytes.</summary>
    public TensorType Segment => Type == TensorType.UInt8 ? TensorType.Int8 : Type;

    /// <summary>Bytes in the arena.</summary>
    public int Bytes => Count * Arena.ElementBytes(Type);

    /// <summary>Tells whether it holds a value while an operator runs.</summary>
    public bool IsAliveAt(int op) => FirstUse <= op && op <= LastUse;
}
