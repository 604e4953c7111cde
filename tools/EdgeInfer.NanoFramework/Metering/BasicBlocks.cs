using Mono.Cecil.Cil;

namespace EdgeInfer.NanoFramework;

/// <summary>Splits a method into basic blocks: runs of instructions that execute as a whole.</summary>
internal static class BasicBlocks
{
    /// <summary>The blocks in order; calls do not end a block.</summary>
    public static IEnumerable<IReadOnlyList<Instruction>> Of(MethodBody body)
    {
        var leaders = Leaders(body);
        var block = new List<Instruction>();
        foreach (var instruction in body.Instructions)
        {
            if (leaders.Contains(instruction) && block.Count > 0)
            {
                yield return block;
                block = [];
            }

            block.Add(instruction);
        }

        yield return block;
    }

    private static HashSet<Instruction> Leaders(MethodBody body)
    {
        var leaders = new HashSet<Instruction>();
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                leaders.Add(target);
            else if (instruction.Operand is Instruction[] targets)
                leaders.UnionWith(targets);

            var endsBlock = instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw;
            if (endsBlock && instruction.Next is { } next)
                leaders.Add(next);
        }

        foreach (var handler in body.ExceptionHandlers)
        {
            // A try block starts a block of its own: what precedes it runs once even if it is entered again.
            leaders.Add(handler.TryStart);
            leaders.Add(handler.HandlerStart);
            if (handler.FilterStart is { } filter)
                leaders.Add(filter);
            foreach (var end in new[] { handler.TryEnd, handler.HandlerEnd })
            {
                if (end is not null)
                    leaders.Add(end);
            }
        }

        return leaders;
    }
}
