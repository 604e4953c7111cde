using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Tests.Runtime;

/// <summary>A self-test on an interpreter that has been in use says what it says on a new one.</summary>
public class SelfTestStateTests
{
    public static TheoryData<string> Samples => SampleGraphs.All;

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_ran_before_does_not_count(string name)
    {
        Model model = SampleGraphs.Convert(name).Model;
        Interpreter used = new(model);
        SelfTest.Compute(used, 2, 99);
        Assert.Equal(SelfTest.Compute(new Interpreter(model), 1, 7), SelfTest.Compute(used, 1, 7));
    }
}
