namespace EdgeInfer.Tests.Oracles;

/// <summary>The input where it lies, a value elsewhere.</summary>
internal static class PadOracle
{
    public static NestedArray Run(NestedArray x, int[] before, int[] after, int value) =>
        NestedArray.Make([.. x.Shape.Select((n, d) => before[d] + n + after[d])], o =>
        {
            int[] i = [.. o.Select((index, d) => index - before[d])];
            return i.Select((index, d) => index >= 0 && index < x.Shape[d]).All(inside => inside) ? x[i] : value;
        });
}
