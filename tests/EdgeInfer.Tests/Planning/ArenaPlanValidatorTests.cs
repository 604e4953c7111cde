using EdgeInfer.Converter.Planning;
using static EdgeInfer.Tests.Planning.PlanningInstances;

namespace EdgeInfer.Tests.Planning;

public class ArenaPlanValidatorTests
{
    // a -> b in place at operator 1, c beside them.
    private static readonly ArenaRequest[] Requests = Storages((4, 0, 1), (3, 1, 2), (2, 1, 2));
    private static readonly AliasCandidate Candidate = new(1, 0, 1);

    [Fact]
    public void AGoodPlanPasses() => Validate(offsets: [0, 0, 4], merges: [Candidate], size: 6, bound: 6);

    [Fact]
    public void AnotherGoodPlanPasses() => Validate(offsets: [5, 2, 0], merges: [], size: 9, bound: 9);

    [Theory]
    [InlineData(-1, 0, 4, "'a' at -1, 4 elements is outside the Int8 segment of 6 elements")]
    [InlineData(0, 0, 5, "'c' at 5, 2 elements is outside the Int8 segment of 6 elements")]
    [InlineData(int.MaxValue, 0, 4, "is outside the Int8 segment")]
    [InlineData(0, 0, 3, "'a' at 0, 4 elements and 'c' at 3, 2 elements overlap in Int8 while both are alive at operator 1")]
    [InlineData(0, 1, 4, "operator 1 is said to run in place")]
    public void BadOffsetsAreNamed(int a, int b, int c, string reason) =>
        Refused(reason, [a, b, c], [Candidate], size: 6, bound: 6);

    [Fact]
    public void SharingWithoutAMergeIsRefused() =>
        Refused("'a' at 0, 4 elements and 'b' at 0, 3 elements overlap", [0, 0, 4], [], size: 6, bound: 6);

    [Fact]
    public void OverlapAtTheLastCommonOperatorIsSeen() =>
        Refused("'b' at 4, 3 elements and 'c' at 6, 2 elements overlap", [0, 4, 6], [], size: 9, bound: 9);

    [Fact]
    public void AMergeNobodyAllowedIsRefused() =>
        Refused("operator 1 was not allowed to turn 'a' into 'c'", [0, 4, 0], [new AliasCandidate(1, 0, 2)], size: 7, bound: 7);

    [Fact]
    public void AMergeThatGrowsIsRefusedEvenWhenAllowed()
    {
        var requests = Storages((3, 0, 1), (4, 1, 2));
        var plan = new ArenaPlan(requests, [0, 0], [Candidate], Segments(4, 4, 4));
        Assert.Throws<InvalidArenaPlanException>(() => ArenaPlanValidator.Validate(requests, [Candidate], plan));
    }

    [Fact]
    public void AWrongLowerBoundIsRefused() =>
        Refused("the lower bound of Int8 is 6, not 5", [0, 0, 4], [Candidate], size: 6, bound: 5);

    [Fact]
    public void BoundsThatContradictEachOtherAreRefused()
    {
        var plan = new ArenaPlan(Requests, [0, 0, 4], [Candidate], Segments(6, 6, provenMinimum: 7));
        var error = Assert.Throws<InvalidArenaPlanException>(() => ArenaPlanValidator.Validate(Requests, [Candidate], plan));
        Assert.Contains("the bounds of Int8 contradict each other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingOffsetsAndSegmentsAreRefused()
    {
        Refused("2 offsets for 3 storages", [0, 0], [Candidate], size: 6, bound: 6);
        var plan = new ArenaPlan(Requests, [0, 0, 4], [Candidate], [.. Segments(6, 6, 6).Skip(1)]);
        Assert.Throws<InvalidArenaPlanException>(() => ArenaPlanValidator.Validate(Requests, [Candidate], plan));
    }

    private static void Refused(string reason, int[] offsets, AliasCandidate[] merges, int size, int bound)
    {
        var error = Assert.Throws<InvalidArenaPlanException>(() => Validate(offsets, merges, size, bound));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static void Validate(int[] offsets, AliasCandidate[] merges, int size, int bound) =>
        ArenaPlanValidator.Validate(Requests, [Candidate], new ArenaPlan(Requests, offsets, merges, Segments(size, bound, bound)));

    private static SegmentPlan[] Segments(int size, int bound, int provenMinimum) =>
        [.. ArenaSegments.All.Select(s => s == ArenaSegment.Int8
            ? new SegmentPlan(s, size, bound, bound, provenMinimum)
            : new SegmentPlan(s, 0, 0, 0, 0))];
}
