using System.Runtime.InteropServices;

namespace EdgeInfer.KeywordTraining;

/// <summary>Features of clips as the device computes them, and what the clips say.</summary>
/// <param name="Features">[clip, variant, frame, band], one after the other.</param>
/// <param name="Labels">Class of each clip.</param>
/// <param name="Variants">Variants of each clip.</param>
/// <param name="Size">Features of one variant.</param>
internal sealed record FeatureSet(sbyte[] Features, int[] Labels, int Variants, int Size)
{
    /// <summary>The features of one variant of a clip.</summary>
    public ReadOnlySpan<sbyte> Of(int clip, int variant) => Features.AsSpan(((clip * Variants) + variant) * Size, Size);

    /// <summary>Writes the set to a file.</summary>
    public void Save(string path)
    {
        using BinaryWriter writer = new(File.Create(path));
        writer.Write(Variants);
        writer.Write(Size);
        writer.Write(Labels.Length);
        writer.Write(MemoryMarshal.AsBytes<int>(Labels));
        writer.Write(MemoryMarshal.AsBytes<sbyte>(Features));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static FeatureSet Load(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        int variants = reader.ReadInt32();
        int size = reader.ReadInt32();
        int[] labels = new int[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(labels.AsSpan()));
        sbyte[] features = new sbyte[labels.Length * variants * size];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(features.AsSpan()));
        return new FeatureSet(features, labels, variants, size);
    }
}
