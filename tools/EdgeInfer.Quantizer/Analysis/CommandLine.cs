namespace EdgeInfer.Quantizer.Analysis;

/// <summary>Words of a command as a shell takes them.</summary>
public static class CommandLine
{
    /// <summary>Puts a word between quotes where a shell would read more into it.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The word, in single quotes unless it consists of letters, digits and marks that mean nothing.</returns>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '=' or ',' or '+') ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
