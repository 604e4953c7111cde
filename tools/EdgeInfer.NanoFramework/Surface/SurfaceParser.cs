namespace EdgeInfer.NanoFramework;

/// <summary>Reads a surface listing: one line a type, field, property, event or method, members under their type.</summary>
public static class SurfaceParser
{
    private static readonly HashSet<string> s_modifiers =
    [
        "public", "protected", "static", "abstract", "virtual", "override", "sealed", "native", "const", "readonly",
    ];

    /// <summary>Parses a whole listing.</summary>
    /// <param name="assemblyName">Name of the listed assembly.</param>
    /// <param name="text">Contents of the listing.</param>
    /// <exception cref="FormatException">A line is not one of the five forms; the message names the line.</exception>
    public static SurfaceListing Parse(string assemblyName, string text)
    {
        var types = new List<SurfaceType>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0)
                continue;

            try
            {
                ParseLine(types, line);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw new FormatException($"{assemblyName}.txt({number}): {e.Message} Line: {line}", e);
            }
        }

        return new SurfaceListing(assemblyName, types);
    }

    private static void ParseLine(List<SurfaceType> types, string line)
    {
        if (line.Length < 3 || line[1] != ' ')
            throw new FormatException("Expected a letter (T, F, P, E, M) and a space.");

        var rest = line[2..];
        if (line[0] == 'T')
        {
            types.Add(ParseType(rest));
            return;
        }

        var owner = types.Count > 0 ? types[^1] : throw new FormatException("A member must follow its type.");
        switch (line[0])
        {
            case 'F': owner.Fields.Add(ParseField(rest)); break;
            case 'P': owner.Properties.Add(ParseProperty(rest)); break;
            case 'E': owner.Events.Add(ParseEvent(rest)); break;
            case 'M': owner.Methods.Add(ParseMethod(rest)); break;
            default: throw new FormatException($"Unknown kind of line '{line[0]}'.");
        }
    }

    private static SurfaceType ParseType(string rest)
    {
        var modifiers = new HashSet<string>();
        string word;
        while ((word = TakeWord(ref rest)) is "abstract" or "sealed" or "static")
            modifiers.Add(word);

        var kind = Enum.Parse<SurfaceTypeKind>(word, ignoreCase: true);
        var name = TakeWord(ref rest);
        string[] generic = [];
        if (rest.StartsWith('<'))
        {
            var end = rest.IndexOf('>', StringComparison.Ordinal);
            generic = rest[1..end].Split(',');
            rest = rest[(end + 1)..].Trim();
        }

        var bases = rest.StartsWith(": ", StringComparison.Ordinal) ? rest[2..].Split(", ") : [];
        return new SurfaceType(name, kind, modifiers, generic, bases);
    }

    private static SurfaceField ParseField(string rest)
    {
        var modifiers = TakeModifiers(ref rest);
        var type = TakeWord(ref rest);
        var equals = rest.IndexOf(" = ", StringComparison.Ordinal);
        return equals < 0
            ? new SurfaceField(rest, type, modifiers, null)
            : new SurfaceField(rest[..equals], type, modifiers, rest[(equals + 3)..]);
    }

    private static SurfaceProperty ParseProperty(string rest)
    {
        var type = TakeWord(ref rest);
        var declared = rest[..rest.IndexOf(" {", StringComparison.Ordinal)];
        var bracket = declared.IndexOf('[', StringComparison.Ordinal);
        return bracket < 0
            ? new SurfaceProperty(declared, type, [])
            : new SurfaceProperty(declared[..bracket], type, ParseParameters(declared[(bracket + 1)..^1]));
    }

    private static SurfaceEvent ParseEvent(string rest)
    {
        var type = TakeWord(ref rest);
        return new SurfaceEvent(rest, type);
    }

    private static SurfaceMethod ParseMethod(string rest)
    {
        var modifiers = TakeModifiers(ref rest);
        var returnType = TakeWord(ref rest);
        var open = rest.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || rest[^1] != ')')
            throw new FormatException("A method needs a parameter list.");

        return new SurfaceMethod(rest[..open], returnType, ParseParameters(rest[(open + 1)..^1]), modifiers);
    }

    private static SurfaceParameter[] ParseParameters(string text)
    {
        if (text.Length == 0)
            return [];

        return text.Split(", ").Select(one =>
        {
            var modifier = "";
            var type = TakeWord(ref one);
            if (type is "ref" or "out" or "in" or "params")
            {
                modifier = type;
                type = TakeWord(ref one);
            }

            var equals = one.IndexOf(" = ", StringComparison.Ordinal);
            return equals < 0
                ? new SurfaceParameter(type, one, modifier, null)
                : new SurfaceParameter(type, one[..equals], modifier, one[(equals + 3)..]);
        }).ToArray();
    }

    private static HashSet<string> TakeModifiers(ref string rest)
    {
        var found = new HashSet<string>();
        while (rest.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 && s_modifiers.Contains(rest[..space]))
            found.Add(TakeWord(ref rest));

        return found;
    }

    private static string TakeWord(ref string rest)
    {
        var space = rest.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? rest : rest[..space];
        rest = space < 0 ? "" : rest[(space + 1)..];
        return word;
    }
}
