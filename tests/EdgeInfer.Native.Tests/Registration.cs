using System.Runtime.CompilerServices;
using EdgeInfer.NativeKernels;

namespace EdgeInfer.Native.Tests;

/// <summary>Registers the native kernels before any test runs.</summary>
internal static class Registration
{
    /// <summary>Number of operators that have a native kernel.</summary>
    public static int Count { get; private set; }

    /// <summary>Why the kernels could not be built, although there is a compiler; <see cref="RegistrationTests"/> reports it.</summary>
    public static string? Failure { get; private set; }

    [ModuleInitializer]
    public static void Register()
    {
        try
        {
            if (HostLibrary.Missing is null) Count = HostLibrary.Register();
        }
        catch (NativeToolException failure)
        {
            Failure = failure.Message;
        }
    }
}
