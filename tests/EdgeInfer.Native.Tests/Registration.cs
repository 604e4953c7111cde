using System.Runtime.CompilerServices;
using EdgeInfer.NativeKernels;
using EdgeInfer.Tests;

namespace EdgeInfer.Native.Tests;

/// <summary>
/// Registers the native kernels before any test runs, and has every inference of the operator tests repeated by a program
/// that was compiled with sanitizers.
/// </summary>
internal static class Registration
{
    private static NativeSession? _sanitized;
    private static int _repeated;

    /// <summary>Number of operators that have a native kernel.</summary>
    public static int Count { get; private set; }

    /// <summary>Number of inferences that were repeated under sanitizers.</summary>
    public static int Repeated => _repeated;

    /// <summary>Why the kernels could not be built, although there is a compiler; <see cref="RegistrationTests"/> reports it.</summary>
    public static string? Failure { get; private set; }

    [ModuleInitializer]
    public static void Register()
    {
        try
        {
            // Before the managed kernels of optional libraries are there: either may come first.
            if (HostLibrary.Missing is not null) return;

            Count = HostLibrary.Register();
            DeviceLibraries.Register();
            GraphRunner.Ran = Repeat;
        }
        catch (NativeToolException failure)
        {
            Failure = failure.Message;
        }
    }

    private static void Repeat(byte[] blob, IReadOnlyList<byte[][]> frames, byte[][] outputs)
    {
        NativeSession session = LazyInitializer.EnsureInitialized(ref _sanitized, () => new NativeSession(NativeTarget.Sanitized));
        try
        {
            NativeRun run = session.Run(new NativeCase(blob, [.. frames]));
            Assert.Equal(outputs, run.Outputs[^1]);
            Interlocked.Increment(ref _repeated);
        }
        catch (MissingKernelException)
        {
            // Floats are moved, and layers beyond the stage of a native kernel are run, by managed kernels.
        }
        catch (NativeToolException)
        {
            // The program has ended with what it found; the next test begins with a new one.
            Interlocked.CompareExchange(ref _sanitized, null, session);
            throw;
        }
    }
}
