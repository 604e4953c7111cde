namespace EdgeInfer.Tests.Verification;

/// <summary>What a refusal must say.</summary>
internal static class Refusal
{
    /// <summary>Seals a changed blob and expects its refusal.</summary>
    /// <returns>The refusal, for further questions.</returns>
    public static BlobException Expect(BlobEditor editor, string operatorName, string field, int? position = null, string? reason = null)
    {
        BlobException refusal = Assert.Throws<BlobException>(() => Model.Load(editor.Seal()));
        Assert.Contains(operatorName, refusal.Operator, StringComparison.Ordinal);
        Assert.Equal(field, refusal.Field);
        if (position is not null) Assert.Equal(position, refusal.Position);
        if (reason is not null) Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{refusal.Operator}, {refusal.Field} at byte {refusal.Position}: ", refusal.Message, StringComparison.Ordinal);
        return refusal;
    }

    /// <summary>Byte position of a word of the words section.</summary>
    public static int ByteOf(int word) => BlobFormat.HeaderBytes + (word * 4);
}
