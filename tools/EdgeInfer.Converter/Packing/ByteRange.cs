namespace EdgeInfer.Converter.Packing;

/// <summary>Consecutive 8-bit constants of the bytes section.</summary>
/// <param name="Start">Offset of the first.</param>
/// <param name="Count">Number of constants.</param>
public readonly record struct ByteRange(int Start, int Count);
