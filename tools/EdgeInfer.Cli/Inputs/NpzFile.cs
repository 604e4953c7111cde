using System.IO.Compression;
using System.Text.RegularExpressions;
using EdgeInfer.Quantizer;
using EdgeInfer.Quantizer.Datasets;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Arrays of several inputs in one file, as numpy.savez writes them: each under the name of its input, or in the order of the inputs where they were given no names.</summary>
internal static partial class NpzFile
{
    /// <summary>How its name ends.</summary>
    public const string Ending = ".npz";

    /// <summary>Tells whether a file is one by its name.</summary>
    /// <param name="path">The file.</param>
    public static bool Is(string path) => Path.GetExtension(path).Equals(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names of the inputs.</param>
    /// <param name="tensors">The inputs.</param>
    /// <param name="options">How numbers are to be understood.</param>
    /// <returns>For every input bytes of one frame or of several.</returns>
    /// <exception cref="CommandFailure">The file is damaged, or an array does not fit its input.</exception>
    /// <exception cref="QuantizationException">An input is missing, or an array is no input's.</exception>
    public static byte[][] Read(string path, IReadOnlyList<string> names, IReadOnlyList<Tensor> tensors, InputOptions options)
    {
        List<(string Name, byte[] Content)> arrays = Unpack(path);
        bool areInOrder = arrays.Count == names.Count && (names.Count == 1 || arrays.TrueForAll(a => Numbered().IsMatch(a.Name)));
        int[] positions = areInOrder
            ? [.. Enumerable.Range(0, arrays.Count).OrderBy(i => arrays[i].Name.Length).ThenBy(i => arrays[i].Name, StringComparer.Ordinal)]
            : PortMatch.All(names, [.. arrays.Select(a => a.Name)], path);
        byte[][] inputs = [.. positions.Select((p, i) => Array(arrays[p], i))];
        for (int i = 1; i < inputs.Length; i++)
        {
            (int frames, int first) = (inputs[i].Length / tensors[i].ByteCount(), inputs[0].Length / tensors[0].ByteCount());
            if (frames != first) throw new CommandFailure($"{path}: '{arrays[positions[i]].Name}' holds {frames} frames, '{arrays[positions[0]].Name}' holds {first}. Every input needs the same number.");
        }

        return inputs;

        byte[] Array((string Name, byte[] Content) array, int input)
        {
            string source = $"{path}, '{array.Name}'";
            byte[] bytes = NpyFile.Read(array.Content, source, tensors[input], options);
            InputFile.DemandFrames(source, bytes.Length, tensors[input].ByteCount(), $"the input ({tensors[input].Describe()})");
            return bytes;
        }
    }

    private static List<(string Name, byte[] Content)> Unpack(string path)
    {
        try
        {
            using ZipArchive archive = new(new MemoryStream(ModelFile.ReadAll(path)));
            List<(string Name, byte[] Content)> arrays = [];
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using MemoryStream content = new();
                using (Stream stream = entry.Open()) stream.CopyTo(content);
                arrays.Add((entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName, content.ToArray()));
            }

            return arrays;
        }
        catch (InvalidDataException e)
        {
            throw new CommandFailure($"{path}: this is no .npz file, or it is damaged ({e.Message.TrimEnd('.')}). Write it with numpy.savez.");
        }
    }

    [GeneratedRegex("^arr_\\d+$")]
    private static partial Regex Numbered();
}
