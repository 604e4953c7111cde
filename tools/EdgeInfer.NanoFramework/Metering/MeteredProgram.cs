namespace EdgeInfer.NanoFramework;

/// <summary>One IL instruction as the device would execute it, with its price.</summary>
/// <param name="Offset">Byte offset in the method.</param>
/// <param name="Il">Instruction in its original form.</param>
/// <param name="Operand">Operand as text, empty where there is none.</param>
/// <param name="Rv32">RV32 instructions one execution costs, library code behind a call included.</param>
internal sealed record MeteredInstruction(int Offset, string Il, string Operand, int Rv32);

/// <summary>A call into the runtime library, found in a basic block.</summary>
internal sealed record MeteredNative(string Callee, NativePrice Price);

/// <summary>
/// What one counter counts: executions of a basic block, or bytes that a library method moved or cleared.
/// </summary>
internal sealed record MeteredCounter(int Method, IReadOnlyList<MeteredInstruction> Instructions, IReadOnlyList<MeteredNative> Natives, MeteredNative? Bytes)
{
    /// <summary>IL instructions a count stands for.</summary>
    public int IlWeight { get; } = Instructions.Count;

    /// <summary>RV32 instructions a count stands for.</summary>
    public long Rv32Weight { get; } = Bytes is null ? Instructions.Sum(each => (long)each.Rv32) : Bytes.Price.Rv32PerByte;
}

/// <summary>The counters of instrumented assemblies and what they mean.</summary>
internal sealed class MeteredProgram
{
    private readonly List<string> _methods = [];
    private readonly List<MeteredCounter> _counters = [];

    /// <summary>Names of methods, indexed by <see cref="MeteredCounter.Method"/>.</summary>
    public IReadOnlyList<string> Methods => _methods;

    /// <summary>Meaning of every counter, by its index.</summary>
    public IReadOnlyList<MeteredCounter> Counters => _counters;

    public int AddMethod(string name)
    {
        _methods.Add(name);
        return _methods.Count - 1;
    }

    public int AddBlock(int method, IReadOnlyList<MeteredInstruction> instructions, IReadOnlyList<MeteredNative> natives)
    {
        _counters.Add(new MeteredCounter(method, instructions, natives, null));
        return _counters.Count - 1;
    }

    public int AddBytes(int method, MeteredNative native)
    {
        _counters.Add(new MeteredCounter(method, [], [], native));
        return _counters.Count - 1;
    }
}
