using EdgeInfer.NativeKernels;
using EdgeInfer.Tests;

namespace EdgeInfer.Native.Tests;

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
