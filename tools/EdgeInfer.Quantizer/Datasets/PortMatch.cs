namespace EdgeInfer.Quantizer.Datasets;

/// <summary>
/// Which inputs the names of files, folders and arrays mean. A name is that of the tensor; what TensorFlow puts around it (<c>serving_default_image:0</c>) may be
/// left out, and characters that files cannot have in their names are underscores.
/// </summary>
public static class PortMatch
{
    private const string Prefix = "serving_default_";

    /// <summary>Finds a tensor.</summary>
    /// <param name="ports">Names of the inputs, or of the outputs.</param>
    /// <param name="name">What it was called.</param>
    /// <returns>Its index; -1 where none is meant, or more than one.</returns>
    public static int Find(IReadOnlyList<string> ports, string name)
    {
        foreach (Func<string, string> form in (Func<string, string>[])[n => n, Short, Written, FileName])
        {
            int[] meant = [.. Enumerable.Range(0, ports.Count).Where(i => form(ports[i]) == form(name))];
            if (meant.Length == 1) return meant[0];
        }

        return -1;
    }

    /// <summary>Finds what was given for every input.</summary>
    /// <param name="inputs">Names of the inputs.</param>
    /// <param name="given">Names of what was given.</param>
    /// <param name="source">Where it was given, for messages.</param>
    /// <returns>For every input the position in <paramref name="given"/>.</returns>
    /// <exception cref="QuantizationException">A name is no input's, two are the same input's, or an input is missing.</exception>
    public static int[] All(IReadOnlyList<string> inputs, IReadOnlyList<string> given, string source)
    {
        int[] positions = [.. Enumerable.Repeat(-1, inputs.Count)];
        for (int i = 0; i < given.Count; i++)
        {
            int input = Find(inputs, given[i]);
            if (input < 0) throw new QuantizationException($"{source}: '{given[i]}' is none of the model's inputs ({string.Join(", ", inputs)}). Give it the name of one.");
            if (positions[input] >= 0) throw new QuantizationException($"{source}: '{given[positions[input]]}' and '{given[i]}' are both the input '{inputs[input]}'. Leave one out.");
            positions[input] = i;
        }

        int missing = Array.IndexOf(positions, -1);
        return missing < 0 ? positions : throw new QuantizationException($"{source}: there is nothing for the input '{inputs[missing]}'. The model takes {string.Join(", ", inputs)}.");
    }

    /// <summary>The name as a folder can have it.</summary>
    /// <param name="port">Name of a tensor.</param>
    /// <returns>The shortest form that is understood.</returns>
    public static string FileName(string port) => Written(Short(port));

    private static string Written(string name) => string.Concat(name.Select(c => c is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? '_' : c));

    private static string Short(string name)
    {
        if (name.StartsWith(Prefix, StringComparison.Ordinal)) name = name[Prefix.Length..];
        int colon = name.LastIndexOf(':');
        return colon > 0 && name.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? name[..colon] : name;
    }
}
