namespace EdgeInfer.NanoFramework;

/// <summary>How often one form of IL instruction was executed.</summary>
/// <param name="Il">Instruction, for example <c>ldloc.s</c>.</param>
/// <param name="Count">Executions.</param>
/// <param name="Price">Its row of the price table.</param>
public sealed record OpcodeCount(string Il, long Count, IlPrice Price)
{
    /// <summary>RV32 instructions of all executions, without library code behind calls.</summary>
    public long Rv32Instructions => Count * Price.Rv32Instructions;
}

/// <summary>What one method cost by itself, methods it called not included.</summary>
/// <param name="Method">Type, name and parameter types.</param>
/// <param name="IlInstructions">IL instructions executed.</param>
/// <param name="Rv32Instructions">Their price, library code it called included.</param>
public sealed record MethodCost(string Method, long IlInstructions, long Rv32Instructions);

/// <summary>Calls of one method of the runtime library.</summary>
/// <param name="Method">Its signature.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="Bytes">Bytes moved or cleared, where its price depends on them.</param>
/// <param name="Rv32Instructions">Its price beyond the IL instruction that calls it.</param>
public sealed record NativeCost(string Method, long Calls, long Bytes, long Rv32Instructions);

/// <summary>One line of a method's IL with what it cost.</summary>
/// <param name="Offset">Byte offset in the method.</param>
/// <param name="Text">Instruction and operand.</param>
/// <param name="Executions">How often it was executed.</param>
/// <param name="Rv32Each">RV32 instructions one execution costs.</param>
public sealed record IlLine(int Offset, string Text, long Executions, int Rv32Each);

/// <summary>
/// Counts of executed IL, priced. Taking one copies an array of a few thousand numbers; totals and tables are
/// worked out when they are asked for. The difference of two snapshots is the cost of what ran between them.
/// </summary>
public sealed class IlCounts
{
    private readonly MeteredProgram _program;
    private readonly long[] _counters;

    internal IlCounts(MeteredProgram program, long[] counters)
    {
        _program = program;
        _counters = counters;
    }

    /// <summary>IL instructions executed.</summary>
    public long IlInstructions => Sum(counter => counter.IlWeight);

    /// <summary>RV32 instructions the interpreter would execute for them.</summary>
    public long Rv32Instructions => Sum(counter => counter.Rv32Weight);

    /// <summary>Executions by form of instruction, dearest first.</summary>
    public IReadOnlyList<OpcodeCount> Opcodes()
    {
        var counts = new Dictionary<string, long>();
        for (var i = 0; i < _counters.Length; i++)
        {
            if (_counters[i] == 0)
                continue;
            foreach (var instruction in _program.Counters[i].Instructions)
                counts[instruction.Il] = counts.GetValueOrDefault(instruction.Il) + _counters[i];
        }

        return [.. counts.Select(each => new OpcodeCount(each.Key, each.Value, IlPrices.Default.Find(each.Key)!))
            .OrderByDescending(each => each.Rv32Instructions).ThenBy(each => each.Il, StringComparer.Ordinal)];
    }

    /// <summary>Cost by method, dearest first; methods that did not run are left out.</summary>
    public IReadOnlyList<MethodCost> Methods()
    {
        var il = new long[_program.Methods.Count];
        var rv32 = new long[_program.Methods.Count];
        for (var i = 0; i < _counters.Length; i++)
        {
            var counter = _program.Counters[i];
            il[counter.Method] += _counters[i] * counter.IlWeight;
            rv32[counter.Method] += _counters[i] * counter.Rv32Weight;
        }

        return [.. Enumerable.Range(0, il.Length).Where(i => il[i] != 0)
            .Select(i => new MethodCost(_program.Methods[i], il[i], rv32[i]))
            .OrderByDescending(each => each.Rv32Instructions).ThenBy(each => each.Method, StringComparer.Ordinal)];
    }

    /// <summary>Calls of runtime library methods, dearest first: the part of the sum that rests on analogy.</summary>
    public IReadOnlyList<NativeCost> Natives()
    {
        var costs = new Dictionary<string, NativeCost>();
        for (var i = 0; i < _counters.Length; i++)
        {
            var count = _counters[i];
            foreach (var native in count == 0 ? [] : _program.Counters[i].Natives)
                Add(native, count, 0, count * native.Price.Rv32PerCall);
            if (count != 0 && _program.Counters[i].Bytes is { } moved)
                Add(moved, 0, count, count * moved.Price.Rv32PerByte);
        }

        return [.. costs.Values.OrderByDescending(each => each.Rv32Instructions).ThenBy(each => each.Method, StringComparer.Ordinal)];

        void Add(MeteredNative native, long calls, long bytes, long rv32)
        {
            var old = costs.GetValueOrDefault(native.Callee) ?? new NativeCost(native.Callee, 0, 0, 0);
            costs[native.Callee] = new NativeCost(native.Callee, old.Calls + calls, old.Bytes + bytes, old.Rv32Instructions + rv32);
        }
    }

    /// <summary>The IL of one method, in order, with executions and prices: where an inner loop spends its time.</summary>
    /// <param name="method">A name as <see cref="Methods"/> gives it.</param>
    /// <exception cref="ArgumentException">No instrumented method has that name.</exception>
    public IReadOnlyList<IlLine> Listing(string method)
    {
        var lines = new List<IlLine>();
        for (var i = 0; i < _counters.Length; i++)
        {
            var counter = _program.Counters[i];
            if (_program.Methods[counter.Method] != method)
                continue;
            foreach (var each in counter.Instructions)
                lines.Add(new IlLine(each.Offset, each.Operand.Length == 0 ? each.Il : $"{each.Il} {each.Operand}", _counters[i], each.Rv32));
        }

        return lines.Count > 0 ? lines : throw new ArgumentException($"No instrumented method is called '{method}'.", nameof(method));
    }

    /// <summary>What ran between two snapshots of the same assembly.</summary>
    /// <param name="later">The later snapshot.</param>
    /// <param name="earlier">The earlier one.</param>
    public static IlCounts operator -(IlCounts later, IlCounts earlier) => Subtract(later, earlier);

    /// <summary>The sum of two measurements of the same assembly.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static IlCounts operator +(IlCounts left, IlCounts right) => Add(left, right);

    /// <inheritdoc cref="op_Subtraction"/>
    public static IlCounts Subtract(IlCounts later, IlCounts earlier) => Combine(later, earlier, -1);

    /// <inheritdoc cref="op_Addition"/>
    public static IlCounts Add(IlCounts left, IlCounts right) => Combine(left, right, 1);

    private static IlCounts Combine(IlCounts left, IlCounts right, int sign)
    {
        if (left._program != right._program)
            throw new ArgumentException("The counts are of different instrumented assemblies.", nameof(right));

        var result = new long[left._counters.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = left._counters[i] + sign * right._counters[i];
        return new IlCounts(left._program, result);
    }

    private long Sum(Func<MeteredCounter, long> weight)
    {
        var sum = 0L;
        for (var i = 0; i < _counters.Length; i++)
        {
            if (_counters[i] != 0)
                sum += _counters[i] * weight(_program.Counters[i]);
        }

        return sum;
    }
}
