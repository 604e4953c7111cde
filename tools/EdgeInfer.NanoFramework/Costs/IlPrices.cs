using System.Globalization;

namespace EdgeInfer.NanoFramework;

/// <summary>What one row of the price table says of an IL instruction.</summary>
/// <param name="Il">Instruction in the form it has in the assembly, for example <c>ldloc.s</c>.</param>
/// <param name="Rv32Instructions">RV32IMC instructions the interpreter executes for it.</param>
/// <param name="Basis"><c>measured</c>, or the analogy it was priced by.</param>
public sealed record IlPrice(string Il, int Rv32Instructions, string Basis)
{
    /// <summary>Whether the price was measured rather than assumed.</summary>
    public bool IsMeasured => Basis == "measured";
}

/// <summary>
/// RV32 instructions that one IL instruction costs on the nanoFramework interpreter. Rows come from
/// il-costs.csv; il-costs-supplement.csv adds, by analogy, what the interpreter executes but nobody profiled.
/// An instruction in neither file is one that device code must not contain.
/// </summary>
public sealed class IlPrices
{
    private static readonly Lazy<IlPrices> s_default = new(() => new IlPrices(
        EmbeddedData.ReadCsv("il-costs.csv").Concat(EmbeddedData.ReadCsv("il-costs-supplement.csv"))
            .Select(row => new IlPrice(row[0], int.Parse(row[1], CultureInfo.InvariantCulture), row[3]))));

    private readonly Dictionary<string, IlPrice> _rows;

    private IlPrices(IEnumerable<IlPrice> rows) => _rows = rows.ToDictionary(row => row.Il);

    /// <summary>The table this tool carries.</summary>
    public static IlPrices Default => s_default.Value;

    /// <summary>All rows.</summary>
    public IReadOnlyCollection<IlPrice> Rows => _rows.Values;

    /// <summary>The row of an instruction, or null where the interpreter is not known to run it.</summary>
    /// <param name="il">Instruction name, for example <c>ldelem.i1</c>.</param>
    public IlPrice? Find(string il) => _rows.GetValueOrDefault(il);
}
