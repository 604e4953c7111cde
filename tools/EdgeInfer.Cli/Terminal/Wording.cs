using System.Globalization;
using Spectre.Console;

namespace EdgeInfer.Cli.Terminal;

/// <summary>Numbers and names as people read them.</summary>
internal static class Wording
{
    /// <summary>A count with thin groups: <c>2 656 768</c>.</summary>
    public static string Count(long value) => value.ToString("#,0", Grouped);

    /// <summary>A count to three digits: <c>2.66 M</c>.</summary>
    public static string Short(double value) => value switch
    {
        >= 999.5e6 => Digits(value / 1e9) + " G",
        >= 999.5e3 => Digits(value / 1e6) + " M",
        >= 9999.5 => Digits(value / 1e3) + " k",
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };

    /// <summary>A duration to two digits: <c>4.2 s</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        >= 99.5 => (seconds / 60).ToString("0.0", CultureInfo.InvariantCulture) + " min",
        >= 0.9995 => seconds.ToString(seconds < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s",
        >= 0.0009995 => (seconds * 1e3).ToString(seconds < 0.00995 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms",
        _ => (seconds * 1e6).ToString("0", CultureInfo.InvariantCulture) + " us",
    };

    /// <summary>A shape: <c>1x49x10x1</c>.</summary>
    public static string Shape(IEnumerable<int> shape) => string.Join('x', shape) is { Length: > 0 } text ? text : "scalar";

    /// <summary>Scale and zero point: <c>0.0787 -128</c>; empty where there is no scale.</summary>
    public static string Quantization(float scale, int zeroPoint) =>
        scale == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{scale:G4} {zeroPoint:+0;-0;0}");

    /// <summary>A name cut in its middle to a number of characters, with what markup takes for its own escaped.</summary>
    public static string Name(string name, int length)
    {
        string last = name.Split(';')[0];
        if (last.Length > length) last = string.Concat(last.AsSpan(0, (length - 1) / 2), "…", last.AsSpan(last.Length - (length / 2)));
        return Markup.Escape(last);
    }

    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " " };

    private static string Digits(double value) => value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
