using System.Globalization;

namespace EdgeInfer.NanoFramework;

/// <summary>What a method of the runtime library costs beyond the IL instruction that calls it.</summary>
/// <param name="Method">Signature as in native-costs.csv, or <c>*native</c>, <c>*managed</c> or <c>*abstract</c> for all others.</param>
/// <param name="Rv32PerCall">RV32 instructions a call.</param>
/// <param name="Rv32PerByte">RV32 instructions a byte moved or cleared; zero for most.</param>
/// <param name="Basis">Where the figures come from.</param>
public sealed record NativePrice(string Method, int Rv32PerCall, int Rv32PerByte, string Basis);

/// <summary>Prices of runtime library methods, from native-costs.csv.</summary>
public sealed class NativePrices
{
    private static readonly Lazy<NativePrices> s_default = new(() => new NativePrices());

    private readonly Dictionary<string, NativePrice> _rows = EmbeddedData.ReadCsv("native-costs.csv").ToDictionary(
        row => row[0].Replace(';', ','),
        row => new NativePrice(
            row[0].Replace(';', ','),
            int.Parse(row[1], CultureInfo.InvariantCulture),
            int.Parse(row[2], CultureInfo.InvariantCulture),
            row[3]));

    private NativePrices()
    {
    }

    /// <summary>The table this tool carries.</summary>
    public static NativePrices Default => s_default.Value;

    /// <summary>The price of a library method; what has no row of its own gets one of the general rows.</summary>
    /// <param name="declaringType">Full type name, for example <c>System.Array</c>.</param>
    /// <param name="name">Method name.</param>
    /// <param name="parameterTypes">Full names of the parameter types.</param>
    public NativePrice Find(string declaringType, string name, IReadOnlyList<string> parameterTypes)
    {
        if (_rows.TryGetValue($"{declaringType}::{name}({string.Join(',', parameterTypes)})", out var row))
            return row;

        var listed = NanoSurface.FindType(declaringType)?.Methods.FirstOrDefault(method =>
            method.Name == name && method.Parameters.Select(parameter => parameter.Type).SequenceEqual(parameterTypes));
        return _rows[listed switch
        {
            { IsNative: false } when listed.Modifiers.Contains("abstract") => "*abstract",
            { IsNative: false } => "*managed",
            _ => "*native",
        }];
    }
}
