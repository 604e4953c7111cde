using EdgeInfer.NativeKernels;

namespace EdgeInfer.Native.Tests;

/// <summary>The tests of the managed kernels that are compiled here run native ones: without this the others say nothing.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void NativeKernelsAreRegistered()
    {
        Assert.Null(HostLibrary.Missing);
        Assert.Null(Registration.Failure);

        // All but the conversions from and to float.
        Assert.Equal(Enum.GetValues<OperatorCode>().Length - 2, Registration.Count);
    }
}
