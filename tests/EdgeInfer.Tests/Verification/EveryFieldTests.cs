namespace EdgeInfer.Tests.Verification;

/// <summary>Every field of every kernel has a value that it refuses, and the refusal names the record and a field of it.</summary>
public class EveryFieldTests
{
    /// <summary>Fields in which every number means something.</summary>
    private static readonly (OperatorCode Code, int Field)[] Free =
    [
        (OperatorCode.Fill, Kernels.Fill.Value), (OperatorCode.Mean, Kernels.Mean.Offset), (OperatorCode.MeanInt16, Kernels.MeanInt16.Offset),
        (OperatorCode.PairwiseInt32, Kernels.PairwiseInt32.Min), (OperatorCode.PairwiseInt32, Kernels.PairwiseInt32.Max),
    ];

    public static TheoryData<string> Samples => SampleGraphs.All;

    [Fact]
    public void Samples_use_every_kernel()
    {
        OperatorCode[] used = [.. SampleGraphs.Names.Select(SampleGraphs.Blob).SelectMany(CodesOf).Distinct().Order()];

        // A compiled layer needs code of its own; EdgeInfer.Compiler.Tests does the same for its record.
        Assert.Equal(Enum.GetValues<OperatorCode>().Except([OperatorCode.Compiled]), used);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Refuses_the_impossible(string sample)
    {
        byte[] blob = SampleGraphs.Blob(sample);
        BlobEditor original = new(blob);
        foreach (int record in original.ResetProgram.Concat(original.MainProgram))
        {
            OperatorCode code = (OperatorCode)original[record + Record.Code];
            for (int field = 0; field < original[record + Record.Length]; field++)
            {
                if (Free.Contains((code, field)) || original[record + field] == int.MinValue) continue;

                BlobEditor editor = new(blob);
                editor[record + field] = int.MinValue;
                string what = $"{code} with field {field} changed from {original[record + field]}";
                BlobException? refusal = Load(editor);
                Assert.True(refusal is not null, $"{what} was not refused");
                int word = (refusal.Position - BlobFormat.HeaderBytes) / 4;
                Assert.True(word >= record && word < record + original[record + Record.Length], $"{what} was refused elsewhere: {refusal.Message}");
                Assert.Contains("operator ", refusal.Operator, StringComparison.Ordinal);
            }
        }
    }

    private static BlobException? Load(BlobEditor editor)
    {
        try
        {
            Model.Load(editor.Seal());
            return null;
        }
        catch (BlobException refusal)
        {
            return refusal;
        }
    }

    private static IEnumerable<OperatorCode> CodesOf(byte[] blob)
    {
        BlobEditor editor = new(blob);
        return editor.ResetProgram.Concat(editor.MainProgram).Select(r => (OperatorCode)editor[r + Record.Code]);
    }
}
