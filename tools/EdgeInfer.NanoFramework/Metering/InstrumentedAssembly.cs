using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;

namespace EdgeInfer.NanoFramework;

/// <summary>
/// A device assembly, instrumented and loaded beside everything else: what runs in it is counted. Its types are
/// not those of the same assembly loaded elsewhere; reach them by reflection or with <c>dynamic</c>.
/// </summary>
/// <remarks>
/// Counts are kept without locks: drive one instance from one thread. A snapshot is exact between calls into
/// the assembly; a block that an exception leaves half-way is counted as a whole.
/// </remarks>
public sealed class InstrumentedAssembly : IDisposable
{
    private readonly MeteredProgram _program;
    private readonly long[] _counters;
    private readonly Context _context;
    private readonly IReadOnlyList<Assembly> _assemblies;

    private InstrumentedAssembly(MeteredProgram program, Context context, IReadOnlyList<Assembly> assemblies)
    {
        _program = program;
        _context = context;
        _assemblies = assemblies;
        _counters = new long[program.Counters.Count];
        Assembly = assemblies[0];
        foreach (var assembly in assemblies)
            assembly.GetType(Instrumenter.HolderType, throwOnError: true)!.GetField(Instrumenter.HolderField)!.SetValue(null, _counters);
    }

    /// <summary>The instrumented assembly; the first one where several were given.</summary>
    public Assembly Assembly { get; }

    /// <summary>Instruments and loads an assembly from its file.</summary>
    /// <param name="path">Path of the assembly, which must have been built with optimisation.</param>
    /// <param name="references">Paths of device assemblies it references, to be counted too.</param>
    /// <exception cref="NotSupportedException">The assembly has an instruction without a price.</exception>
    public static InstrumentedAssembly LoadFile(string path, params string[] references) =>
        Load(File.ReadAllBytes(path), [.. references.Select(File.ReadAllBytes)]);

    /// <summary>Instruments and loads an assembly.</summary>
    /// <param name="image">The assembly, which must have been built with optimisation.</param>
    /// <param name="references">Device assemblies it references, to be counted too.</param>
    /// <exception cref="NotSupportedException">The assembly has an instruction without a price.</exception>
    public static InstrumentedAssembly Load(byte[] image, params byte[][] references)
    {
        byte[][] images = [image, .. references];
        var modules = images.Select(bytes => ModuleDefinition.ReadModule(new MemoryStream(bytes))).ToArray();
        var names = modules.Select(module => module.Assembly.Name.Name).ToHashSet();
        var program = new MeteredProgram();
        var context = new Context();
        foreach (var module in modules)
        {
            using (module)
            {
                Instrumenter.Run(module, program, names);
                var rewritten = new MemoryStream();
                module.Write(rewritten);
                context.Images.Add(module.Assembly.Name.Name, rewritten);
            }
        }

        var assemblies = modules.Select(module => context.LoadFromAssemblyName(new AssemblyName(module.Assembly.Name.Name))).ToArray();
        return new InstrumentedAssembly(program, context, assemblies);
    }

    /// <summary>A type of the instrumented assembly, or of one that was given as its reference.</summary>
    /// <param name="fullName">Namespace and name.</param>
    /// <exception cref="TypeLoadException">There is no such type.</exception>
    public Type GetType(string fullName) =>
        _assemblies.Select(each => each.GetType(fullName)).FirstOrDefault(type => type is not null)
        ?? throw new TypeLoadException($"There is no type '{fullName}' in {string.Join(" or ", _assemblies.Select(each => each.GetName().Name))}.");

    /// <summary>Sets all counts to zero.</summary>
    public void Reset() => Array.Clear(_counters);

    /// <summary>The counts so far.</summary>
    public IlCounts Snapshot() => new(_program, (long[])_counters.Clone());

    /// <summary>Counts what an action runs in the assembly.</summary>
    /// <param name="action">Calls into the assembly; what it does elsewhere is not counted.</param>
    public IlCounts Measure(Action action)
    {
        var before = Snapshot();
        action();
        return Snapshot() - before;
    }

    /// <summary>Lets the assembly be unloaded once nothing refers to its objects any more.</summary>
    public void Dispose() => _context.Unload();

    private sealed class Context() : AssemblyLoadContext("EdgeInfer cost meter", isCollectible: true)
    {
        public Dictionary<string, Stream> Images { get; } = [];

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (Images.TryGetValue(assemblyName.Name!, out var image))
            {
                image.Position = 0;
                return LoadFromStream(image);
            }

            return assemblyName.Name == typeof(MeteredCopies).Assembly.GetName().Name ? typeof(MeteredCopies).Assembly : null;
        }
    }
}
