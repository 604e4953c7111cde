using EdgeInfer.NativeKernels;

namespace EdgeInfer.Native.Tests;

/// <summary>A test that runs the native kernels under sanitizers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SanitizedFactAttribute : Xunit.FactAttribute
{
    public SanitizedFactAttribute()
    {
        Skip = Toolchains.SkipReason(NativeTarget.Sanitized.Missing);
    }
}
