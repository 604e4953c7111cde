namespace EdgeInfer.Tests.Oracles;

/// <summary>Output index d is input index permutation[d].</summary>
internal static class TransposeOracle
{
    public static NestedArray Run(NestedArray x, int[] permutation) =>
        NestedArray.Make([.. permutation.Select(d => x.Shape[d])], o =>
        {
            int[] i = new int[o.Length];
            for (int d = 0; d < o.Length; d++) i[permutation[d]] = o[d];
            return x[i];
        });
}
