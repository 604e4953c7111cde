using EdgeInfer.NativeKernels;
using EdgeInfer.Tests;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Native.Tests;

/// <summary>The tests of the managed kernels that are compiled here run native ones: without this the others say nothing.</summary>
public sealed class RegistrationTests
{
    /// <summary>Conversions from and to float stay managed, the packing of weights, which native kernels use as they are, the loading of weights and tables, and generated code.</summary>
    private const int Managed = 6;

    [Fact]
    public void NativeKernelsAreRegistered()
    {
        Assert.Null(HostLibrary.Missing);
        Assert.Null(Registration.Failure);
        Assert.Equal(Enum.GetValues<OperatorCode>().Length - Managed, Registration.Count);
    }

    [Fact]
    public void InferencesAreRepeatedUnderSanitizers()
    {
        int before = Registration.Repeated;
        GraphRunner runner = GraphRunner.For(SampleGraphs.Convert(SampleGraphs.Names.First(name => name != SampleGraphs.FloatSample)).Blob);

        runner.Run([.. Enumerable.Range(0, runner.Interpreter.InputCount).Select(i => new int[runner.Interpreter.Input(i).Count])]);

        Assert.True(Registration.Repeated > before);
    }
}
