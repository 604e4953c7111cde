using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeInfer.KeywordTraining;

/// <summary>Reads PCM recordings of one channel and 16 bits.</summary>
internal static class WavFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="content">The whole file, or what a program wrote to its output: a length beyond the end is cut.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is no such recording.</exception>
    public static (int Rate, short[] Samples) Read(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length < 12 || !content[..4].SequenceEqual("RIFF"u8) || !content[8..12].SequenceEqual("WAVE"u8)) throw new InvalidDataException($"{name}: no WAV file.");

        int rate = 0;
        for (int at = 12; at + 8 <= content.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(content[(at + 4)..]);
            ReadOnlySpan<byte> chunk = content.Slice(at + 8, (int)Math.Min(length, content.Length - at - 8));
            if (content.Slice(at, 4).SequenceEqual("fmt "u8))
            {
                int format = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
                int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
                int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
                if (format != 1 || channels != 1 || bits != 16) throw new InvalidDataException($"{name}: not PCM of one channel and 16 bits.");

                rate = BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]);
            }
            else if (content.Slice(at, 4).SequenceEqual("data"u8))
            {
                if (rate == 0) throw new InvalidDataException($"{name}: data before its format.");

                return (rate, MemoryMarshal.Cast<byte, short>(chunk[..(chunk.Length & ~1)]).ToArray());
            }

            at += 8 + chunk.Length + (chunk.Length & 1);
        }

        throw new InvalidDataException($"{name}: there is no audio in it.");
    }
}
