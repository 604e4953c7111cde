using CsCheck;
using EdgeInfer.Converter.Planning;

namespace EdgeInfer.Tests.Planning;

public class ArenaPlannerPropertyTests
{
    [Fact]
    public void TinyInstancesArePlannedAsWellAsByTryingEverything() =>
        PlanningInstances.Arbitrary(maxStorages: 7, maxSize: 5, operators: 6).Sample(
            instance =>
            {
                var plan = instance.Plan();
                ArenaPlanValidator.Validate(instance.Requests, instance.Candidates, plan);
                Assert.True(plan.IsProvenOptimal);
                Assert.Equal(PlanningOracle.SmallestHeight(instance.Requests, instance.Candidates), plan.Bytes);
            },
            iter: 1000);

    [Fact]
    public void TheSearchDecidesEveryCapacityAsTryingEverythingDoes() =>
        PlanningInstances.Arbitrary(maxStorages: 7, maxSize: 5, operators: 6).Sample(
            instance =>
            {
                var problem = Problem(instance);
                int smallest = PlanningOracle.SmallestHeight(instance.Requests, instance.Candidates);
                Assert.InRange(problem.AnyMergeLowerBound, 0, smallest);

                var possible = new CapacitySearch(problem, smallest, i => i, long.MaxValue);
                Assert.Equal(CapacityAnswer.Found, possible.Run());
                Assert.Equal(smallest, problem.Height(possible.Offsets));
                Assert.DoesNotContain(-1, possible.Offsets);
                if (smallest > 0)
                    Assert.Equal(CapacityAnswer.Impossible, new CapacitySearch(problem, smallest - 1, i => -i, long.MaxValue).Run());
            },
            iter: 1000);

    [Fact]
    public void ArbitraryInstancesGetValidPlansNoWorseThanTheHeuristics() =>
        PlanningInstances.Arbitrary(maxStorages: 40, maxSize: 1000, operators: 30).Sample(
            instance =>
            {
                var plan = instance.Plan();
                ArenaPlanValidator.Validate(instance.Requests, instance.Candidates, plan);
                var problem = Problem(instance);
                Assert.InRange(plan.Bytes, plan.LowerBoundBytes, problem.Height(HeuristicPacker.Pack(problem)));
            },
            iter: 30);

    [Fact]
    public void NetworksArePlannedOptimallyAndProvenToBe()
    {
        // Always the same networks: a proof may run out of steps, if only once in thousands.
        var random = new PCG(1, 2024);
        for (int i = 0; i < 200; i++)
        {
            var instance = PlanningInstances.Network(operators: 60).Generate(random, null, out _);
            var plan = instance.Plan();
            ArenaPlanValidator.Validate(instance.Requests, instance.Candidates, plan);
            Assert.True(plan.IsProvenOptimal, instance.ToString());
        }
    }

    [Fact]
    public void AliasesNeverCost() =>
        PlanningInstances.Arbitrary(maxStorages: 12, maxSize: 20, operators: 8).Sample(
            instance => Assert.InRange(instance.Plan().Bytes, 0, ArenaPlanner.Plan(instance.Requests, []).Bytes),
            iter: 300);

    [Fact]
    public void ThePlanIsAlwaysTheSame() =>
        PlanningInstances.Arbitrary(maxStorages: 30, maxSize: 200, operators: 20).Sample(
            instance =>
            {
                var (one, two) = (instance.Plan(), instance.Plan());
                Assert.Equal(one.Offsets, two.Offsets);
                Assert.Equal(one.Merges, two.Merges);
                Assert.Equal(one.Segments, two.Segments);
            },
            iter: 15);

    private static SegmentProblem Problem(PlanningInstance instance) => new(
        [.. instance.Requests.Select(r => r.Size)],
        [.. instance.Requests.Select(r => r.FirstUse + 1)],
        [.. instance.Requests.Select(r => r.LastUse + 1)],
        [.. instance.Candidates.Select(c => (c.InputStorage, c.OutputStorage))]);
}
