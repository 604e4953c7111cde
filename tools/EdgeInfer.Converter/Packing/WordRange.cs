namespace EdgeInfer.Converter.Packing;

/// <summary>Consecutive 32-bit constants.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct WordRange(int Start, int Count);
