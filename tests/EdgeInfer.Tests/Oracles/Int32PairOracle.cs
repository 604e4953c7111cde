using System.Numerics;
using EdgeInfer.Converter.Numerics;

namespace EdgeInfer.Tests.Oracles;

/// <summary>Arithmetic of 32-bit integers as it is defined: without limits, the result modulo 2^32 and then kept within an activation's limits.</summary>
internal static class Int32PairOracle
{
    public static int Run(string name, int a, int b, FusedActivation activation)
    {
        BigInteger x = a, y = b;
        BigInteger exact = name switch
        {
            "ADD" => x + y,
            "SUB" => x - y,
            "MUL" => x * y,
            "DIV" => BigInteger.Divide(x, y.IsZero ? 1 : y),
            "SQUARED_DIFFERENCE" => (x - y) * (x - y),
            "MAXIMUM" => BigInteger.Max(x, y),
            "MINIMUM" => BigInteger.Min(x, y),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        int wrapped = unchecked((int)(uint)(exact & uint.MaxValue));
        return activation switch
        {
            FusedActivation.Relu => Math.Max(wrapped, 0),
            FusedActivation.Relu6 => Math.Clamp(wrapped, 0, 6),
            FusedActivation.ReluN1To1 => Math.Clamp(wrapped, -1, 1),
            _ => wrapped,
        };
    }
}
