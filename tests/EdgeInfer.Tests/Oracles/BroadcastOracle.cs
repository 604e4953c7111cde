namespace EdgeInfer.Tests.Oracles;

/// <summary>Pairs of elements, as broadcasting forms them: shapes are aligned at their ends, a length of 1 is repeated.</summary>
internal static class BroadcastOracle
{
    public static NestedArray Run(NestedArray a, NestedArray b, int[] output, Func<int, int, int> combine) =>
        NestedArray.Make(output, o => combine(At(a, o), At(b, o)));

    private static int At(NestedArray x, int[] output)
    {
        int missing = output.Length - x.Shape.Length;
        return x[[.. x.Shape.Select((n, d) => n == 1 ? 0 : output[d + missing])]];
    }
}
