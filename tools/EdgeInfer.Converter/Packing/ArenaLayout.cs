using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Converter.Packing;

/// <summary>Has the arena of a packed model planned, checks the plan and gives the tensors their offsets.</summary>
public static class ArenaLayout
{
    /// <summary>Plans the arena.</summary>
    /// <param name="packer">Records and tensors; their offsets are set.</param>
    /// <returns>The plan; request i is tensor i.</returns>
    public static ArenaPlan Apply(Packer packer)
    {
        ArenaPlan plan = Plan(packer, inPlace: true);
        foreach (PackedTensor tensor in packer.Tensors) tensor.Offset = plan.Offsets[(tensor.Whole ?? tensor).Index] + tensor.Start;
        return plan;
    }

    /// <summary>Plans the arena and checks the plan, without giving offsets.</summary>
    /// <param name="packer">Records and tensors.</param>
    /// <param name="inPlace">Whether outputs may take the place of inputs.</param>
    /// <returns>The plan; request i is tensor i.</returns>
    internal static ArenaPlan Plan(Packer packer, bool inPlace)
    {
        // A part asks for no memory: its whole does, for as long as any part of it is used.
        ArenaRequest[] requests = [.. packer.Tensors.Select(t => new ArenaRequest(t.Name, SegmentOf(t.Type), t.Whole is null ? t.Count : 0, t.FirstUse, t.LastUse))];
        List<AliasCandidate> candidates = [];
        for (int i = 0; inPlace && i < packer.MainProgram.Count; i++)
        {
            if (!packer.MainProgram[i].HasOutput) continue;

            PackedTensor output = packer.MainProgram[i].Output;
            candidates.AddRange(packer.MainProgram[i].InPlace
                .Where(input => input != output && !input.IsPersistent && input.LastUse == i && output.FirstUse == i
                    && input.Whole is null && output.Whole is null && packer.MainProgram[i].Operands.Values.All(t => t.Whole != input)
                    && SegmentOf(input.Type) == SegmentOf(output.Type) && output.Count <= input.Count)
                .Distinct()
                .Select(input => new AliasCandidate(i, input.Index, output.Index)));
        }

        ArenaPlan plan = ArenaPlanner.Plan(requests, candidates);
        ArenaPlanValidator.Validate(requests, candidates, plan);
        return plan;
    }

    /// <summary>The segment in which tensors of a type lie.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The segment.</returns>
    internal static ArenaSegment SegmentOf(TensorType type) => type switch
    {
        TensorType.Int8 or TensorType.UInt8 => ArenaSegment.Int8,
        TensorType.Int16 => ArenaSegment.Int16,
        TensorType.Int32 => ArenaSegment.Int32,
        TensorType.Int64 => ArenaSegment.Int64,
        TensorType.Float32 => ArenaSegment.Float32,
        _ => ArenaSegment.Tile,
    };
}
