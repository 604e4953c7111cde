using System.Diagnostics;
using EdgeInfer.Converter.Planning;
using static EdgeInfer.Tests.Planning.PlanningInstances;

namespace EdgeInfer.Tests.Planning;

public class ArenaPlannerTests
{
    [Fact]
    public void NothingTakesNoRoom()
    {
        var plan = Plan([]);
        Assert.Equal(0, plan.Bytes);
        Assert.True(plan.IsProvenOptimal);
        Assert.Equal(ArenaSegments.All, plan.Segments.Select(s => s.Segment));
    }

    [Fact]
    public void ARowOfOperatorsTakesTheLargestNeighbours()
    {
        var plan = Plan(Storages((4, -1, 0), (9, 0, 1), (7, 1, 2), (8, 2, 3), (2, 3, 4)));
        Assert.Equal(9 + 7, plan.Bytes);
        Assert.True(plan.IsProvenOptimal);
    }

    [Fact]
    public void SegmentsArePlannedApartAndSummedInBytes()
    {
        ArenaRequest[] requests =
        [
            new("i8", ArenaSegment.Int8, 5, 0, 0),
            new("i16", ArenaSegment.Int16, 5, 0, 0),
            new("i32", ArenaSegment.Int32, 5, 0, 0),
            new("i64", ArenaSegment.Int64, 5, 0, 0),
            new("f32", ArenaSegment.Float32, 5, 0, 0),
            new("tiles", ArenaSegment.Tile, 5, 0, 0),
        ];
        var plan = Plan(requests);
        Assert.All(plan.Offsets, o => Assert.Equal(0, o));
        Assert.Equal([5L, 10, 20, 40, 20, 640], plan.Segments.Select(s => s.Bytes));
        Assert.Equal(735, plan.Bytes);
        Assert.Equal(735, plan.LowerBoundBytes);
        Assert.Equal(735, plan.AnyMergeLowerBoundBytes);
    }

    [Fact]
    public void StatesKeepTheirPlaceAllAlong()
    {
        var plan = Plan(Storages((3, -1, 4), (6, -1, 0), (6, 0, 1), (6, 1, 4)));
        Assert.Equal(3 + 12, plan.Bytes);
        Assert.All(Enumerable.Range(-1, 6), op => Assert.Contains(0, plan.AliveAt(op)));
    }

    [Fact]
    public void AnInPlaceChainIsOneGroup()
    {
        // a -> b -> c in place, and d is made from c elsewhere.
        var plan = Plan(Storages((10, -1, 0), (10, 0, 1), (8, 1, 2), (5, 2, 3)), (0, 0, 1), (1, 1, 2));
        Assert.Equal(8 + 5, plan.Bytes);
        Assert.Equal([0, 1, 2], Assert.Single(plan.Groups));
        Assert.Equal(2, plan.Merges.Count);
        Assert.Single(plan.Offsets.Take(3).Distinct());
        Assert.True(plan.IsProvenOptimal);
    }

    [Fact]
    public void RoomLeftByAShrinkingChainIsUsed()
    {
        // After operator 1 only 2 of a's 10 elements are still needed, and c fits beside them.
        var plan = Plan(Storages((10, -1, 1), (2, 1, 3), (8, 2, 3)), (1, 0, 1));
        Assert.Equal(10, plan.Bytes);
        Assert.Equal(10, plan.LowerBoundBytes);
    }

    [Fact]
    public void AnAdditionOverwritesOneOfItsInputsOnly()
    {
        var plan = Plan(Storages((6, -1, 1), (6, 0, 1), (6, 1, 2)), (1, 0, 2), (1, 1, 2));
        Assert.Equal(12, plan.Bytes);
        Assert.Single(plan.Merges);
    }

    [Fact]
    public void TwoOutputsDoNotShareOneInput()
    {
        var plan = Plan(Storages((6, -1, 0), (4, 0, 1), (4, 0, 1)), (0, 0, 1), (0, 0, 2));
        Assert.Equal(6 + 4, plan.Bytes);
        Assert.Equal(10, plan.AnyMergeLowerBoundBytes);
        Assert.Single(plan.Merges);
    }

    [Fact]
    public void TheSearchSucceedsWhereTheHeuristicsFail()
    {
        (int Size, int First, int Last)[] storages = [(5, 3, 3), (2, 2, 3), (5, 1, 1), (4, 6, 7), (1, 6, 7), (4, 1, 3), (2, 1, 2)];
        var problem = new SegmentProblem(
            [.. storages.Select(s => s.Size)], [.. storages.Select(s => s.First)], [.. storages.Select(s => s.Last)], []);
        Assert.Equal(13, problem.Height(HeuristicPacker.Pack(problem)));

        var plan = Plan(Storages(storages));
        Assert.Equal(11, plan.Bytes);
        Assert.True(plan.IsProvenOptimal);
    }

    [Fact]
    public void AMergeThatWouldFragmentIsDeclined()
    {
        var plan = Plan(
            Storages((4, 4, 6), (5, 0, 0), (5, 3, 3), (6, 6, 6), (2, 6, 7), (1, 1, 3), (5, 3, 5), (4, 5, 6)), (6, 0, 4), (5, 6, 7));
        Assert.Equal(14, plan.Bytes);
        Assert.True(plan.IsProvenOptimal);
        Assert.Equal(new AliasCandidate(6, 0, 4), Assert.Single(plan.Merges));
    }

    [Fact]
    public void ABoundOutOfReachIsProvenToBe()
    {
        ArenaRequest[] requests = Storages(
            (3, 2, 4), (6, 1, 2), (4, 3, 5), (4, 1, 1), (1, 2, 2), (6, 7, 7), (3, 2, 3), (2, 7, 7), (6, 5, 6));
        var plan = Plan(requests, (2, 1, 0));
        Assert.Equal(10, plan.AnyMergeLowerBoundBytes);
        Assert.Equal(11, plan.Bytes);
        Assert.True(plan.IsProvenOptimal);
        Assert.Equal(11, PlanningOracle.SmallestHeight(requests, [new AliasCandidate(2, 1, 0)]));
    }

    [Fact]
    public void EmptyStoragesAreNoObstacle()
    {
        var plan = Plan(Storages((0, -1, 2), (5, 0, 1), (0, 0, 0)));
        Assert.Equal(5, plan.Bytes);
    }

    [Fact]
    public void AThousandStoragesAreNoWait()
    {
        var requests = new List<ArenaRequest>();
        var random = new Random(1);
        for (int op = 0; op < 1000; op++)
            requests.Add(new ArenaRequest($"t{op}", ArenaSegment.Int8, random.Next(1, 5000), op - 1, op + random.Next(0, 4) / 3 * random.Next(1, 6)));
        var clock = Stopwatch.StartNew();
        var plan = Plan(requests);
        Assert.True(plan.IsProvenOptimal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10); // Two seconds on a slow machine; the rest is for a busy one.
    }

    [Theory]
    [InlineData(3, 4, 0, 1, 1, 2, "the output has 4 elements, the input only 3")]
    [InlineData(4, 4, 0, 2, 1, 2, "the input is in use until operator 2")]
    [InlineData(4, 4, 0, 1, 0, 2, "the output is in use from operator 0")]
    [InlineData(4, 4, 1, 1, 1, 2, "the input is not made by an earlier operator")]
    public void UnlawfulCandidatesAreRefused(int inSize, int outSize, int inFirst, int inLast, int outFirst, int outLast, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Plan(Storages((inSize, inFirst, inLast), (outSize, outFirst, outLast)), (1, 0, 1)));
        Assert.Contains($"Operator 1 cannot turn 'a' into 'b' in place: {reason}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CandidatesAcrossSegmentsAreRefused()
    {
        ArenaRequest[] requests = [new("a", ArenaSegment.Int8, 4, 0, 1), new("b", ArenaSegment.Int16, 2, 1, 2)];
        var error = Assert.Throws<ArgumentException>(() => ArenaPlanner.Plan(requests, [new AliasCandidate(1, 0, 1)]));
        Assert.Contains("one is in Int8, the other in Int16", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 0, 0, "size -1 is negative")]
    [InlineData(1, -2, 0, "uses from operator -2 to 0 are no lifetime")]
    [InlineData(1, 2, 1, "uses from operator 2 to 1 are no lifetime")]
    public void UnlawfulRequestsAreRefused(int size, int first, int last, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => Plan(Storages((size, first, last))));
        Assert.Contains("Storage 'a': " + reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreElementsThanAnArrayCanHaveAreRefused() =>
        Assert.Throws<ArgumentException>(() => Plan(Storages((int.MaxValue, 0, 0), (1, 1, 1))));

    private static ArenaPlan Plan(IReadOnlyList<ArenaRequest> requests, params (int Operator, int Input, int Output)[] candidates)
    {
        AliasCandidate[] allowed = [.. candidates.Select(c => new AliasCandidate(c.Operator, c.Input, c.Output))];
        var plan = ArenaPlanner.Plan(requests, allowed);
        ArenaPlanValidator.Validate(requests, allowed, plan);
        return plan;
    }
}
