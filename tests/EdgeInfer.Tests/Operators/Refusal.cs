using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Tests.Operators;

/// <summary>Demands that an operator is not converted, and that the message says why.</summary>
internal static class Refusal
{
    public static void Demand(string reason, Operator op)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphRunner.Convert(GraphRunner.GraphOf(op)));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(op.Name, refusal.Message, StringComparison.Ordinal);
    }
}
