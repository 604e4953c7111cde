using EdgeInfer.NativeKernels;
using EdgeInfer.Tests;

namespace EdgeInfer.Native.Tests;

/// <summary>What tests do where a compiler or emulator is missing.</summary>
internal static class Toolchains
{
    /// <summary>Where this is 1, a missing compiler or emulator fails the tests that need it.</summary>
    private const string RequireVariable = "EDGEINFER_REQUIRE_TOOLCHAINS";

    /// <summary>The reason to skip a test, or null.</summary>
    public static string? SkipReason(string? missing) => Environment.GetEnvironmentVariable(RequireVariable) == "1" ? null : missing;
}

/// <summary>A test that runs the native kernels in this process.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal class NativeFactAttribute : Xunit.FactAttribute
{
    public NativeFactAttribute()
    {
        Skip = Toolchains.SkipReason(HostLibrary.Missing);
    }
}

/// <summary>A test with cases that runs the native kernels in this process.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal class NativeTheoryAttribute : Xunit.TheoryAttribute
{
    public NativeTheoryAttribute()
    {
        Skip = Toolchains.SkipReason(HostLibrary.Missing);
    }
}

/// <summary>A test that runs the native kernels under sanitizers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SanitizedFactAttribute : Xunit.FactAttribute
{
    public SanitizedFactAttribute()
    {
        Skip = Toolchains.SkipReason(NativeTarget.Sanitized.Missing);
    }
}

/// <summary>A test with cases that runs the native kernels under sanitizers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SanitizedModelsAttribute : Xunit.TheoryAttribute
{
    public SanitizedModelsAttribute()
    {
        Skip = SharedData.IsPresent ? Toolchains.SkipReason(NativeTarget.Sanitized.Missing) : SharedData.Missing;
    }
}

/// <summary>A test with cases that runs the native kernels on an emulated RV32IMC.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Rv32ModelsAttribute : Xunit.TheoryAttribute
{
    public Rv32ModelsAttribute()
    {
        Skip = SharedData.IsPresent ? Toolchains.SkipReason(Rv32Emulator.Missing) : SharedData.Missing;
    }
}

/// <summary>A test with cases that runs the native kernels on an emulated RV32IMC.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Rv32TheoryAttribute : Xunit.TheoryAttribute
{
    public Rv32TheoryAttribute()
    {
        Skip = Toolchains.SkipReason(Rv32Emulator.Missing);
    }
}
