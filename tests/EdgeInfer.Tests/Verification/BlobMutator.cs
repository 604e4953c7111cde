using System.Buffers.Binary;
using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Tests.Verification;

/// <summary>Changes a blob in a way that its seed determines.</summary>
internal static class BlobMutator
{
    private static readonly int[] Hostile =
        [0, 1, -1, 2, 3, 127, 128, -128, 255, 256, 32767, 65535, 65536, 65537, 1 << 20, 1 << 24, 1 << 30, int.MaxValue, int.MinValue, 0x55555556, 1 << 28];

    /// <summary>Mutates a blob; what comes out has a fitting checksum in all but a few cases.</summary>
    public static byte[] Mutate(byte[] original, int seed)
    {
        Random random = new(seed);
        byte[] blob = [.. original];
        int changes = 1 + (random.Next(4) == 0 ? random.Next(3) : 0);
        for (int i = 0; i < changes; i++) blob = Change(blob, random);
        if (random.Next(64) != 0 && blob.Length > BlobFormat.ChecksumStart) BlobWriter.Seal(blob);
        return blob;
    }

    private static byte[] Change(byte[] blob, Random random)
    {
        int words = WordsOf(blob);
        int tables = (BlobFormat.HeaderBytes / 4) + words;
        switch (random.Next(14))
        {
            case 0:
            case 1:
                blob[random.Next(tables * 4)] = (byte)random.Next(256);
                break;
            case 2:
                blob[random.Next(tables * 4)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                blob[random.Next(blob.Length)] = (byte)random.Next(256);
                break;
            case 4:
            case 5:
                SetWord(blob, random.Next(tables), Hostile[random.Next(Hostile.Length)]);
                break;
            case 6:
            case 7:
                int word = random.Next(tables);
                SetWord(blob, word, WordOf(blob, word) + random.Next(-3, 4));
                break;
            case 8:
                SetWord(blob, random.Next(tables), WordOf(blob, random.Next(tables)));
                break;
            case 9:
                word = random.Next(tables);
                SetWord(blob, word, random.Next(2) == 0 ? WordOf(blob, word) * 2 : WordOf(blob, word) / 2);
                break;
            case 10:
            case 11:
                // Another tensor for an operand, where the word is one.
                SetWord(blob, random.Next(tables), BlobFormat.TensorWords * random.Next(Math.Max(1, WordOf(blob, BlobFormat.TensorCountWord) & 63)));
                break;
            case 12:
                MoveWords(blob, tables, random);
                break;
            default:
                blob = Resize(blob, words, random);
                break;
        }

        return blob;
    }

    private static void MoveWords(byte[] blob, int tables, Random random)
    {
        int count = random.Next(1, Math.Min(40, tables));
        int from = random.Next(tables - count + 1);
        int to = random.Next(tables - count + 1);
        blob.AsSpan(from * 4, count * 4).ToArray().CopyTo(blob, to * 4);
    }

    /// <summary>Takes a word out of the words section or puts one in, with counts and length adjusted; or cuts the end off.</summary>
    private static byte[] Resize(byte[] blob, int words, Random random)
    {
        int kind = random.Next(3);
        if (kind == 0 || words < 1) return blob[..random.Next(BlobFormat.HeaderBytes, blob.Length)];

        int at = BlobFormat.HeaderBytes + (4 * random.Next(words));
        byte[] changed = kind == 1 ? [.. blob[..at], .. blob[(at + 4)..]] : [.. blob[..at], 0, 0, 0, 0, .. blob[at..]];
        int difference = kind == 1 ? -1 : 1;
        SetWord(changed, BlobFormat.WordCountWord, words + difference);
        SetWord(changed, BlobFormat.LengthWord, changed.Length);
        return changed;
    }

    /// <summary>Words of the words section, as far as the blob really has them.</summary>
    private static int WordsOf(byte[] blob) => Math.Clamp(WordOf(blob, BlobFormat.WordCountWord), 0, (blob.Length - BlobFormat.HeaderBytes) / 4);

    private static int WordOf(byte[] blob, int word) => BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(word * 4));

    private static void SetWord(byte[] blob, int word, int value) => BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(word * 4), value);
}
