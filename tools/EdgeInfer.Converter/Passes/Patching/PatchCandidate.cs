using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Passes.Patching;

/// <summary>A stage and a number of bands, with what can be said of it without planning its arena.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Bands">Number of bands.</param>
/// <param name="ExtraMacs">Multiply-accumulates that are done twice.</param>
/// <param name="Bytes">Bytes of 8 and 16-bit tensors, scratch left out, that are alive at the same time while the stage runs.</param>
internal sealed record PatchCandidate(PatchStage Stage, int Bands, long ExtraMacs, long Bytes)
{
    /// <summary>Works out a candidate.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="bands">Number of bands.</param>
    /// <param name="loads">What the graph needs as it is.</param>
    /// <returns>The candidate; null where a band would see nothing but padding.</returns>
    public static PatchCandidate? Of(PatchStage stage, int bands, GraphLoads loads)
    {
        long macs = -stage.Operators.Sum(op => op.Macs), load = 0;
        StageLoads around = loads.Around(stage);
        for (int i = 0; i < bands; i++)
        {
            if (stage.RowsFor(RowRange.Band(stage.Rows, bands, i)) is not { } rows) return null;

            foreach (Operator op in stage.Operators) macs += op.Macs / RowRule.RowsOf(op.Output) * rows[op.Output].Count;
            load = Math.Max(load, LargestLoad(stage, rows, around, isFirst: i == 0, isLast: i == bands - 1));
        }

        return new PatchCandidate(stage, bands, macs, around.Through + load);
    }

    /// <summary>
    /// The largest sum of images that are alive at the same time during a band. An output may take the place of an
    /// operand, so it counts only beyond the largest operand that ends there. What the stage reads is needed until the last
    /// band has read it, what it makes from the end of the first band on.
    /// </summary>
    private static long LargestLoad(PatchStage stage, Dictionary<GraphTensor, RowRange> rows, StageLoads around, bool isFirst, bool isLast)
    {
        Dictionary<GraphTensor, int> lastUse = [];
        for (int i = 0; i < stage.Operators.Count; i++)
        {
            foreach (int operand in RowRule.Images(stage.Operators[i])) lastUse[stage.Operators[i].Inputs[operand]!] = i;
        }

        int lastRead = lastUse.Where(u => stage.Operators.All(op => op.Output != u.Key)).Max(u => u.Value), end = stage.Operators.Count - 1;
        long alive = 0, largest = 0;
        HashSet<GraphTensor> made = [];
        for (int i = 0; i < stage.Operators.Count; i++)
        {
            Operator op = stage.Operators[i];
            long[] ending = [.. op.Inputs.OfType<GraphTensor>().Distinct().Where(t => made.Contains(t) && lastUse[t] == i).Select(Bytes)];
            long output = op.Output == stage.Result ? 0 : Bytes(op.Output);
            long outside = (!isLast || i <= lastRead ? around.Read : 0) + (!isFirst || i == end ? around.Result : 0);
            largest = Math.Max(largest, outside + alive + Math.Max(0, output - ending.DefaultIfEmpty().Max()));
            alive += output - ending.Sum();
            made.Add(op.Output);
        }

        return largest;

        long Bytes(GraphTensor image) => (long)rows[image].Count * RowRule.RowLength(image) * image.Type switch
        {
            ElementType.Int8 or ElementType.UInt8 => 1,
            ElementType.Int16 => sizeof(short),
            _ => 0,
        };
    }
}
