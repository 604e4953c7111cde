namespace EdgeInfer.Cli.Benchmark;

/// <summary>A model that was asked for.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsFromFolder">True where it was found in a folder, so that it may turn out to be one that cannot be converted.</param>
internal sealed record ModelPath(string Path, bool IsFromFolder)
{
    private static readonly string[] Endings = [".tflite", ".eib"];

    /// <summary>Finds the models that a command line names.</summary>
    /// <param name="words">Files and folders; folders are searched with all that is in them.</param>
    /// <returns>The models in the order of the command line, those of a folder by name.</returns>
    /// <exception cref="CommandFailure">There is no such file or folder, or nothing in a folder.</exception>
    public static IReadOnlyList<ModelPath> Find(IEnumerable<string> words)
    {
        List<ModelPath> models = [];
        foreach (string word in words)
        {
            if (!Directory.Exists(word))
            {
                if (!File.Exists(word)) throw new CommandFailure($"{word}: there is no such file or folder.");
                models.Add(new ModelPath(word, false));
                continue;
            }

            string[] found = [.. Directory.EnumerateFiles(word, "*", SearchOption.AllDirectories)
                .Where(f => Endings.Contains(System.IO.Path.GetExtension(f))).Order(StringComparer.Ordinal)];
            if (found.Length == 0) throw new CommandFailure($"{word}: there is no {string.Join(" or ", Endings)} file in this folder.");
            models.AddRange(found.Select(f => new ModelPath(f, true)));
        }

        return models;
    }
}
