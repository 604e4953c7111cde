namespace EdgeInfer.Compiler.Projects;

/// <summary>Spreads classes over assemblies: the IL of one stays under 64 KB, which is the limit of the device's format.</summary>
internal static class AssemblyDivision
{
    /// <summary>Bytes of IL that an assembly is filled to.</summary>
    public const int AssemblyBytes = 62_000;

    /// <summary>Puts every class, the largest first, into the first assembly that has room for it.</summary>
    /// <param name="classes">The classes.</param>
    /// <returns>One list an assembly.</returns>
    public static IReadOnlyList<IReadOnlyList<CodeClass>> Divide(IEnumerable<CodeClass> classes)
    {
        List<List<CodeClass>> assemblies = [];
        foreach (CodeClass each in classes.OrderByDescending(c => c.Bytes).ThenBy(c => c.Name, StringComparer.Ordinal))
        {
            if (each.Bytes > AssemblyBytes) throw new InvalidOperationException($"{each.Name} has {each.Bytes} bytes of IL, more than an assembly can have.");

            List<CodeClass>? room = assemblies.Find(a => a.Sum(c => c.Bytes) + each.Bytes <= AssemblyBytes);
            if (room is null) assemblies.Add(room = []);
            room.Add(each);
        }

        return assemblies;
    }
}
