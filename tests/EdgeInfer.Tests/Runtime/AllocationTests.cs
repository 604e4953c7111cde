using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>After load nothing is allocated: not by inference, whole or in steps, and not by a reset.</summary>
public class AllocationTests
{
    public static TheoryData<string> Samples => SampleGraphs.All;

    [Theory]
    [MemberData(nameof(Samples))]
    public void Inference_allocates_nothing(string sample) => Check(new Interpreter(SampleGraphs.Convert(sample).Model));

    /// <summary>Shared with the tests of whole models.</summary>
    internal static void Check(Interpreter interpreter)
    {
        RunAll(interpreter);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunAll(interpreter);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
    }

    private static void RunAll(Interpreter interpreter)
    {
        interpreter.Invoke();
        while (!interpreter.Step(1000))
        {
        }

        interpreter.Reset();
        Tensor output = interpreter.Output(0);
        output.ArgMax();
        output.GetReal(0);
    }
}
