using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Operators;

/// <summary>What must not pass, and what is said about it.</summary>
internal static class Refusals
{
    /// <summary>Demands that the converter refuses an operator.</summary>
    public static void Expect(string reason, Operator op)
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => GraphRunner.For(op));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Demands that the runtime refuses the last record of an operator once a field is changed, and names field and byte.</summary>
    public static void Expect(string fieldName, Operator op, int field, int value)
    {
        BlobEditor editor = new(GraphRunner.For(op).Result.Blob);
        int record = editor.MainProgram[^1];
        Assert.NotEqual(value, editor[record + field]);
        editor[record + field] = value;
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(editor.Seal()));
        Assert.Contains(fieldName, refusal.Message, StringComparison.Ordinal);
    }
}
