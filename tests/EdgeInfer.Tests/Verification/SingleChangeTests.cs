using EdgeInfer.Converter;

namespace EdgeInfer.Tests.Verification;

/// <summary>
/// Every single change of the header and the tables, with a checksum that fits again, is either refused by name and place or runs
/// within its memory.
/// </summary>
public class SingleChangeTests
{
    private static readonly int[] HostileWords =
    [
        0, 1, -1, 2, 3, 4, 62, 63, 64, 127, 128, -128, -129, 255, 256, 4096, 4097, 65535, 65536, 65537, 1 << 20, (1 << 20) + 1, 1 << 24, 1 << 28, 1 << 30,
        (1 << 30) + 1, int.MaxValue, int.MinValue, 0x55555556, unchecked((int)0xAAAAAAAA),
    ];

    public static TheoryData<string> Samples => SampleGraphs.All;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_byte(string sample)
    {
        ConversionResult original = SampleGraphs.Convert(sample);
        IReadOnlyDictionary<OperatorCode, int[]> fields = OperandFields();
        int end = BlobFormat.HeaderBytes + (4 * original.Model.Words.Length);
        int step = original.Blob.Length > 1000 ? 7 : 1;
        for (int position = 0; position < end; position++)
        {
            for (int difference = 1; difference < 256; difference += step)
            {
                byte[] changed = [.. original.Blob];
                changed[position] ^= (byte)difference;
                Check(changed, fields, $"byte {position} changed to {changed[position]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_word(string sample)
    {
        BlobEditor original = new(SampleGraphs.Blob(sample));
        IReadOnlyDictionary<OperatorCode, int[]> fields = OperandFields();
        byte[] blob = original.Seal();
        int[] tensors = [.. Enumerable.Range(0, original.HeaderOf(BlobFormat.TensorCountWord)).Select(t => t * BlobFormat.TensorWords)];
        for (int word = 0; word < original.WordCount; word++)
        {
            int old = original[word];
            foreach (int value in HostileWords.Concat(tensors).Concat([old + 1, old - 1, old * 2, old / 2, -old, old + 3, old - 3]))
            {
                BlobEditor editor = new(blob);
                editor[word] = value;
                Check(editor.Seal(), fields, $"word {word} changed from {old} to {value}");
            }
        }
    }

    private static IReadOnlyDictionary<OperatorCode, int[]> OperandFields() => GuardedRun.OperandFields(SampleGraphs.Names.Select(SampleGraphs.Convert));

    private static void Check(byte[] blob, IReadOnlyDictionary<OperatorCode, int[]> fields, string change)
    {
        Converter.Blob.BlobWriter.Seal(blob);
        try
        {
            GuardedRun.Check(Model.Load(blob), fields);
        }
        catch (BlobException refusal)
        {
            bool named = refusal.Operator.Length > 0 && refusal.Field.Length > 0 && refusal.Position >= 0 && refusal.Position < blob.Length;
            Assert.True(named, $"{change}: the refusal does not say where: {refusal.Message}");
        }
        catch (Exception failure)
        {
            Assert.Fail($"{change}: {failure}");
        }
    }
}
