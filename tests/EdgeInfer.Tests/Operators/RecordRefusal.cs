using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Operators;

/// <summary>Demands that the runtime refuses what the converter never writes.</summary>
internal static class RecordRefusal
{
    /// <summary>Changes a word in the record of an operator.</summary>
    /// <param name="field">What the refusal must name.</param>
    /// <param name="op">The operator, whose last record is changed.</param>
    /// <param name="word">Position of the word in the record.</param>
    /// <param name="value">Its new value.</param>
    public static void Demand(string field, Operator op, int word, int value)
    {
        BlobEditor editor = new(GraphRunner.For(op).Result.Blob);
        int record = editor.MainProgram[^1];
        Assert.NotEqual(value, editor[record + word]);
        editor[record + word] = value;
        Verification.Refusal.Expect(editor, "operator " + (editor.MainProgram.Count - 1), field);
    }
}
