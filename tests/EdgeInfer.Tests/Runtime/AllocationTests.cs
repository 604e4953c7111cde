using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>
/// After load nothing is allocated: not by inference, whole or in steps, and not by a reset, unless it has float constants to
/// rebuild.
/// </summary>
public class AllocationTests
{
    public static TheoryData<string> Samples => SampleGraphs.All;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Inference_allocates_nothing(string sample) => Check(new Interpreter(SampleGraphs.Convert(sample).Model), sample != SampleGraphs.FloatSample);

    /// <summary>Shared with the tests of whole models.</summary>
    internal static void Check(Interpreter interpreter, bool reset = true)
    {
        RunAll(interpreter, reset);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunAll(interpreter, reset);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
    }

    private static void RunAll(Interpreter interpreter, bool reset)
    {
        interpreter.Invoke();
        while (!interpreter.Step(1000))
        {
        }

        if (reset) interpreter.Reset();
        Tensor output = interpreter.Output(0);
        output.ArgMax();
        output.GetReal(0);
    }
}
