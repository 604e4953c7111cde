using System.Buffers.Binary;

namespace EdgeInfer.NativeKernels;

/// <summary>What is read of an object file: a 32-bit little-endian ELF.</summary>
internal static class ObjectFile
{
    private const int SectionTable = 0x20;
    private const int SectionLength = 0x2e;
    private const int SectionCount = 0x30;
    private const int Kind = 4;
    private const int Flags = 8;
    private const int Size = 20;
    private const int ProgramBits = 1;
    private const int Allocated = 2;

    /// <summary>Bytes that the file adds to a program: code and constants.</summary>
    public static long CodeBytes(byte[] elf)
    {
        int table = BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(SectionTable));
        int length = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(SectionLength));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(SectionCount));
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> section = elf.AsSpan(table + (i * length), length);
            bool loaded = BinaryPrimitives.ReadInt32LittleEndian(section[Kind..]) == ProgramBits
                && (BinaryPrimitives.ReadInt32LittleEndian(section[Flags..]) & Allocated) != 0;
            if (loaded) bytes += BinaryPrimitives.ReadInt32LittleEndian(section[Size..]);
        }

        return bytes;
    }
}
