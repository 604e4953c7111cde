using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests.Operators;

/// <summary>Matrix products with 4-bit weights, against the same oracle as those with 8 bits.</summary>
public class FullyConnectedInt4Tests
{
    public static TheoryData<string> Cases => KernelCase.NamesOf("fully_connected_s4");

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Equals_cmsis_nn(string name) => FullyConnectedTests.CheckGolden(KernelCase.Load("fully_connected_s4", name), ElementType.Int4);

    [Fact]
    public void Agrees_with_the_definition() =>
        (from batches in Gen.Int[1, 4]
         from depth in Gen.Frequency((4, Gen.Int[1, 140]), (1, Gen.Int[200, 900]))
         from channels in Gen.Frequency((6, Gen.Int[1, 12]), (1, Gen.Int[120, 300]))
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Operands.ZeroPoints)
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from exponent in Gen.Int[-20, 3]
         from flags in Gen.Int[0, 7]
         from seed in Gen.Int
         select (batches, depth, channels, zeroPoints, patterns, exponent, flags, seed))
        .Sample(
            s =>
            {
                GraphRunner runner = FullyConnectedTests.Check(s.batches, s.depth, s.channels, (s.zeroPoints.Item1, 0, s.zeroPoints.Item2), s.patterns, s.exponent, s.flags, s.seed, ElementType.Int4);
                Assert.Equal(OperatorCode.FullyConnectedInt4, Assert.Single(runner.Result.Packer.MainProgram).Code);
            },
            iter: 1000);

    /// <summary>32 products of -8 and -128 are one more than a lane of 16 bits holds.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    public void Sums_reach_the_ends_of_their_lanes(int depth)
    {
        foreach (Pattern inputs in new[] { Pattern.AllSmallest, Pattern.AllLargest, Pattern.Alternating })
        {
            foreach (Pattern weights in new[] { Pattern.AllSmallest, Pattern.AllLargest, Pattern.Alternating })
            {
                FullyConnectedTests.Check(1, depth, 3, (0, 0, 0), (inputs, weights), -10, 2, 1, ElementType.Int4);
            }
        }
    }
}
