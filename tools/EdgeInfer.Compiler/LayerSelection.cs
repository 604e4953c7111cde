using EdgeInfer.Compiler.Code;

namespace EdgeInfer.Compiler;

/// <summary>Chooses the layers that are worth their flash.</summary>
internal static class LayerSelection
{
    /// <summary>Takes the layers that save most instructions a byte of code, as long as there is flash for them.</summary>
    /// <param name="candidates">Code of all layers that can be compiled, by operator.</param>
    /// <param name="interpretedCosts">RV32 instructions of every operator by the interpreter.</param>
    /// <param name="flashBytes">Bytes of code that they take at most.</param>
    /// <returns>Operators, in ascending order.</returns>
    public static int[] Choose(IReadOnlyDictionary<int, LayerCode> candidates, IReadOnlyList<long> interpretedCosts, int flashBytes)
    {
        List<int> chosen = [];
        int left = flashBytes;
        foreach ((int index, LayerCode code) in candidates.OrderByDescending(c => Saved(c.Key, c.Value) / (double)c.Value.Estimate.Bytes))
        {
            if (Saved(index, code) <= 0 || code.Estimate.Bytes > left) continue;

            chosen.Add(index);
            left -= code.Estimate.Bytes;
        }

        return [.. chosen.Order()];

        long Saved(int index, LayerCode code) => interpretedCosts[index] - (code.Layer.Positions * code.Estimate.Cost);
    }
}
