using System.Text;

namespace EdgeInfer.Compiler.Code;

/// <summary>Names of what is generated.</summary>
internal static class ClassNames
{
    /// <summary>Namespace of the generated classes.</summary>
    public const string Namespace = "EdgeInfer.Compiled";

    /// <summary>Makes a C# name of a file's name: kws_ref_model.tflite becomes KwsRefModel.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>A name that no type of the runtime has.</returns>
    public static string FromText(string text)
    {
        StringBuilder name = new();
        bool upper = true;
        foreach (char c in Path.GetFileNameWithoutExtension(text))
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                upper = true;
                continue;
            }

            name.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }

        if (name.Length == 0 || char.IsAsciiDigit(name[0])) name.Insert(0, "Model");
        return IsFree(name.ToString()) ? name.ToString() : name + "Network";
    }

    /// <summary>Tells whether a word can be the name of a generated class.</summary>
    /// <param name="name">The word.</param>
    public static bool IsUsable(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetterUpper(name[0]) && IsFree(name);

    /// <summary>Name of the class of a compiled layer.</summary>
    /// <param name="slot">Its slot.</param>
    public static string Layer(int slot) => $"Layer{slot}";

    /// <summary>Name of the class that holds a method of a layer.</summary>
    /// <param name="slot">Slot of the layer.</param>
    /// <param name="part">Index of the method.</param>
    public static string Part(int slot, int part) => $"Layer{slot}Part{part}";

    private static bool IsFree(string name) => DeviceLibraries.Assemblies.All(each => each.GetType($"EdgeInfer.{name}") is null) && name is not ("Kernels" or "Compiled" or "System");
}
