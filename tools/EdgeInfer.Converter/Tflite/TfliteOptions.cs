namespace EdgeInfer.Converter.Tflite;

/// <summary>Options of an operator, by the field numbers of its own table in the schema (Conv2DOptions and so on).</summary>
/// <param name="table">The table; null where the operator has none and every option its default.</param>
internal sealed class TfliteOptions(FlatTable? table)
{
    /// <summary>Reads a number of 32 bits.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">Its default in the schema.</param>
    /// <returns>The value.</returns>
    public int Int32(int field, int absent = 0) => table?.Int32(field, absent) ?? absent;

    /// <summary>Reads a number of 8 bits, as enumerations are stored.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">Its default in the schema.</param>
    /// <returns>The value.</returns>
    public sbyte Int8(int field, sbyte absent = 0) => table?.Int8(field, absent) ?? absent;

    /// <summary>Reads a float.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">Its default in the schema.</param>
    /// <returns>The value.</returns>
    public float Float(int field, float absent = 0) => table?.Float(field, absent) ?? absent;

    /// <summary>Reads a truth value.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <param name="absent">Its default in the schema.</param>
    /// <returns>The value.</returns>
    public bool Bool(int field, bool absent = false) => table?.Bool(field, absent) ?? absent;

    /// <summary>Reads a list of numbers of 32 bits.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The numbers; none where the list is absent.</returns>
    public int[] Int32s(int field) => table?.Int32s(field) ?? [];

    /// <summary>Reads text.</summary>
    /// <param name="field">Its number in the schema.</param>
    /// <returns>The text; empty where it is absent.</returns>
    public string Text(int field) => table?.Text(field) ?? string.Empty;
}
