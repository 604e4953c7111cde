namespace EdgeInfer.Cli.Inputs;

/// <summary>Reads input files of all kinds into the bytes that a tensor takes.</summary>
internal static class InputFile
{
    /// <summary>File name endings that are understood.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".bin", ".npy", ".csv", ".wav", ".png", ".jpg", ".bmp"];

    /// <summary>Reads a file for one input.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The input.</param>
    /// <param name="options">How its numbers are to be understood.</param>
    /// <returns>Bytes of one frame or of several.</returns>
    /// <exception cref="CommandFailure">The file does not fit the input.</exception>
    public static byte[] Read(string path, Tensor tensor, InputOptions options)
    {
        byte[] content = ModelFile.ReadAll(path);
        byte[] bytes = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".bin" => content,
            ".npy" => NpyFile.Read(content, path, tensor, options),
            ".csv" => CsvFile.Read(content, path, tensor, options),
            ".wav" => WavFile.Read(content, path, tensor),
            ".png" or ".jpg" or ".jpeg" or ".bmp" => ImageFile.Read(content, path, tensor, options),
            string other => throw new CommandFailure($"{path}: inputs ending in '{other}' are not understood. Use one of {string.Join(' ', Endings)}; .bin holds the tensor's raw bytes."),
        };
        DemandFrames(path, bytes.Length, tensor.ByteCount(), $"the input ({tensor.Describe()})");
        return bytes;
    }

    /// <summary>Demands a whole number of frames, and at least one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes that were read.</param>
    /// <param name="frame">Bytes of a frame.</param>
    /// <param name="what">What takes the frames.</param>
    /// <returns>The number of frames.</returns>
    /// <exception cref="CommandFailure">The file holds a part of a frame, or nothing.</exception>
    public static int DemandFrames(string path, int length, int frame, string what)
    {
        if (length == 0) throw new CommandFailure($"{path}: there is nothing in it; {what} takes {frame} bytes a frame.");
        if (length % frame == 0) return length / frame;

        throw new CommandFailure($"{path}: {length} bytes are not a whole number of frames; {what} takes {frame} bytes a frame. Use 'edgeinfer inspect' to see the shapes.");
    }
}
