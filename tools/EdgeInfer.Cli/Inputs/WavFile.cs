using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Sound as uncompressed 16-bit PCM, one channel.</summary>
internal static class WavFile
{
    private const int RiffHead = 12;
    private const int ChunkHead = 8;
    private const int FormatBytes = 16;
    private const double FullScale = 32768;

    /// <summary>Reads samples for an input that takes sound itself; samples behind the last whole frame are left out.</summary>
    /// <param name="content">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="tensor">The input that takes them: 16-bit integers, or floats from -1 to 1.</param>
    /// <returns>The bytes of the input's elements.</returns>
    /// <exception cref="CommandFailure">The file is of another kind, or the input takes no samples.</exception>
    public static byte[] Read(byte[] content, string path, Tensor tensor)
    {
        if (tensor.Type is not (TensorType.Int16 or TensorType.Float32))
        {
            throw new CommandFailure($"{path}: the input is {tensor.Describe()}, which is not sound but features that a front end makes of it. Say which with --front-end, or compute them first and give them as .npy, .csv or .bin.");
        }

        ReadOnlySpan<byte> samples = Samples(content, path, out _);
        int count = samples.Length / 2 / tensor.Count * tensor.Count;
        if (count == 0) throw new CommandFailure($"{path}: {samples.Length / 2} samples are fewer than the {tensor.Count} of a frame.");

        double[] values = new double[count];
        bool isReal = tensor.Type == TensorType.Float32;
        for (int i = 0; i < count; i++) values[i] = BinaryPrimitives.ReadInt16LittleEndian(samples[(2 * i)..]) / (isReal ? FullScale : 1);
        return tensor.Encode(values, areQuantized: !isReal, path);
    }

    /// <summary>Reads a recording.</summary>
    /// <param name="content">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="rate">Samples a second.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="CommandFailure">The file is of another kind.</exception>
    public static short[] ReadSamples(byte[] content, string path, out int rate) => MemoryMarshal.Cast<byte, short>(Samples(content, path, out rate)).ToArray();

    private static ReadOnlySpan<byte> Samples(ReadOnlySpan<byte> content, string path, out int rate)
    {
        rate = 0;
        if (content.Length < RiffHead || !content[..4].SequenceEqual("RIFF"u8) || !content[8..12].SequenceEqual("WAVE"u8))
        {
            throw new CommandFailure($"{path}: this is no .wav file (it does not begin with RIFF....WAVE).");
        }

        bool isKnown = false;
        for (int position = RiffHead; content.Length - position >= ChunkHead;)
        {
            ReadOnlySpan<byte> name = content.Slice(position, 4);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(content[(position + 4)..]);
            position += ChunkHead;
            int there = (int)Math.Min(length, content.Length - position);
            if (name.SequenceEqual("fmt "u8) && there >= FormatBytes)
            {
                int format = BinaryPrimitives.ReadUInt16LittleEndian(content[position..]);
                int channels = BinaryPrimitives.ReadUInt16LittleEndian(content[(position + 2)..]);
                rate = BinaryPrimitives.ReadInt32LittleEndian(content[(position + 4)..]);
                int bits = BinaryPrimitives.ReadUInt16LittleEndian(content[(position + 14)..]);
                isKnown = format == 1 && channels == 1 && bits == 16 && rate > 0;
                if (!isKnown) throw new CommandFailure($"{path}: format {format} with {channels} channels of {bits} bits; only uncompressed 16-bit mono is understood. Convert it, for instance with: ffmpeg -i in.wav -ac 1 -c:a pcm_s16le out.wav");
            }
            else if (name.SequenceEqual("data"u8))
            {
                return isKnown ? content.Slice(position, there & ~1) : throw new CommandFailure($"{path}: the samples at byte {position} come before their format.");
            }

            position += (int)Math.Min(length + (length & 1), content.Length - position);
        }

        throw new CommandFailure($"{path}: there are no samples in it (no chunk 'data').");
    }
}
