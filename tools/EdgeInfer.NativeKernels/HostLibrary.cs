using System.Runtime.InteropServices;

namespace EdgeInfer.NativeKernels;

/// <summary>The native kernels in this process, called by the desktop build of EdgeInfer.Native.</summary>
public static class HostLibrary
{
    private const string Name = "edgeinfer";

    private static readonly Lazy<IntPtr> Handle = new(static () => NativeLibrary.Load(NativeBuild.SharedLibrary()));

    /// <summary>Why the kernels cannot be built here, or null where a compiler was found.</summary>
    public static string? Missing => NativeTarget.Host.Missing;

    /// <summary>Builds and loads the library, and registers its kernels for every model that is loaded from now on.</summary>
    /// <returns>Number of operators that have a native kernel.</returns>
    /// <exception cref="NativeToolException">There is no compiler, or it fails.</exception>
    public static int Register()
    {
        if (!Handle.IsValueCreated && Handle.Value != IntPtr.Zero)
        {
            NativeLibrary.SetDllImportResolver(typeof(Native.NativeKernels).Assembly, static (library, _, _) => library == Name ? Handle.Value : IntPtr.Zero);
        }

        return Native.NativeKernels.Register();
    }
}
