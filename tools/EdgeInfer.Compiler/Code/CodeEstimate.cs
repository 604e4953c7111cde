using EdgeInfer.NanoFramework;

namespace EdgeInfer.Compiler.Code;

/// <summary>What generated code is expected to cost: RV32 instructions of one run, and bytes of IL.</summary>
/// <param name="Cost">RV32 instructions.</param>
/// <param name="Bytes">Bytes of IL.</param>
/// <remarks>Enough to choose between forms and layers before anything is compiled; the figures that are shown are measured.</remarks>
internal readonly record struct CodeEstimate(long Cost, int Bytes)
{
    private static readonly CodeEstimate Multiply = One("mul", 1) + One("add", 1);

    /// <summary>An activation that waits in a local.</summary>
    public static readonly CodeEstimate Local = One("ldloc.s", 2);

    /// <summary>An activation read from the array, converted to 64 bits.</summary>
    public static readonly CodeEstimate Element = One("ldarg.2", 1) + One("ldarg.1", 1) + One("ldc.i4.s", 2) + One("add", 1) + One("ldelem.i1", 1) + One("conv.i8", 1);

    /// <summary>An activation put into a local.</summary>
    public static readonly CodeEstimate Load = Element + One("stloc.s", 2);

    /// <summary>A multiplication by a constant and the addition of the product.</summary>
    public static readonly CodeEstimate Product = One("ldc.i8", 9) + Multiply;

    /// <summary>An activation added to another that has the same weights.</summary>
    public static readonly CodeEstimate Addition = One("add", 1);

    /// <summary>The start of a sum and putting it away.</summary>
    public static readonly CodeEstimate Sum = One("ldc.i8", 9) + One("add", 1) + One("stloc.s", 2);

    /// <summary>A lane read out of a sum.</summary>
    public static readonly CodeEstimate Lane = One("ldloc.2", 1) + One("ldc.i4.s", 2) + One("shl", 1) + One("ldc.i4.s", 2) + One("shr.un", 1);

    /// <summary>Requantization and storing of an output.</summary>
    public static readonly CodeEstimate Output =
        Product + One("ldc.i8", 9) + One("ldc.i4.s", 2) + One("shr", 1) + One("conv.i4", 1) + One("stloc.0", 1)
        + One("ldloc.0", 1) + One("ldc.i4", 5) + One("ble.un.s", 2)
        + One("ldarg.2", 1) + One("ldarg.0", 1) + One("ldc.i4.s", 2) + One("add", 1) + One("ldloc.0", 1) + One("ldc.i4.s", 2) + One("xor", 1) + One("conv.i1", 1) + One("stelem.i1", 1)
        + new CodeEstimate(0, 15);

    /// <summary>Calling a method.</summary>
    public static readonly CodeEstimate Call = One("call", 5) + One("ret", 1) + One("ldarg.3", 1) + One("ldarg.2", 1) + One("ldarg.1", 1);

    /// <summary>Both together.</summary>
    public static CodeEstimate operator +(CodeEstimate a, CodeEstimate b) => new(a.Cost + b.Cost, a.Bytes + b.Bytes);

    /// <summary>The same several times.</summary>
    public static CodeEstimate operator *(int times, CodeEstimate each) => new(times * each.Cost, times * each.Bytes);

    private static CodeEstimate One(string il, int bytes) => new(IlPrices.Default.Find(il)!.Rv32Instructions, bytes);
}
