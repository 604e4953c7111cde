using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class DeadOperatorRemovalTests
{
    [Fact]
    public void Chains_that_lead_nowhere_go()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 4), result = Tensor("result", 2, 2), lost = Tensor("lost", 4), more = Tensor("more", 4);
                return Graph(
                    [input],
                    [result],
                    new Mul(input, input, lost, FusedActivation.None),
                    new Reshape(input, result),
                    new Mul(lost, input, more, FusedActivation.None));
            },
            g => Assert.True(DeadOperatorRemoval.Run(g)));

        Assert.IsType<Reshape>(Assert.Single(graph.Operators));
        Assert.False(DeadOperatorRemoval.Run(graph));
    }

    [Fact]
    public void Writing_a_state_that_is_read_is_no_dead_end()
    {
        GraphTensor input = Tensor("in", 4), result = Tensor("result", 4), state = Variable("state", 4), unused = Variable("unused", 4);
        ModelGraph graph = Graph(
            [input],
            [result],
            new ReadVariable(state, result),
            new AssignVariable(input, state),
            new AssignVariable(input, unused));

        Assert.True(DeadOperatorRemoval.Run(graph));
        Assert.Equal(["ReadVariable", "AssignVariable"], graph.Operators.Select(o => o.Name));
        Assert.Same(state, graph.Operators[1].Output);
    }

    [Fact]
    public void Results_of_which_one_is_used_stay_together()
    {
        GraphTensor input = Tensor("in", 4), first = Tensor("first", 2), second = Tensor("second", 2);
        ModelGraph graph = Graph([input], [second], new Split(input, 0, [first, second]));

        Assert.False(DeadOperatorRemoval.Run(graph));
    }
}
