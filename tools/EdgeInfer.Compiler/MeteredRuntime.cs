using System.Reflection;
using EdgeInfer.NanoFramework;

namespace EdgeInfer.Compiler;

/// <summary>Loads instrumented copies of the device runtime, in which all its libraries are registered.</summary>
public static class MeteredRuntime
{
    /// <summary>Loads a copy.</summary>
    /// <param name="others">Assemblies that refer to the runtime and are to be counted, too.</param>
    /// <returns>The copy; its types are not those of this program.</returns>
    public static InstrumentedAssembly Load(params Assembly[] others)
    {
        string[] paths = [.. DeviceLibraries.Assemblies.Concat(others).Select(each => each.Location)];
        return Registered(InstrumentedAssembly.LoadFile(paths[0], paths[1..]));
    }

    /// <summary>Loads a copy with generated code.</summary>
    /// <param name="image">The generated assembly.</param>
    internal static InstrumentedAssembly Load(byte[] image) =>
        Registered(InstrumentedAssembly.Load(image, [.. DeviceLibraries.Assemblies.Select(each => File.ReadAllBytes(each.Location))]));

    private static InstrumentedAssembly Registered(InstrumentedAssembly meter)
    {
        DeviceLibraries.Register(meter.GetType);
        return meter;
    }
}
