using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class ViewAliasingTests
{
    [Fact]
    public void A_reshape_is_a_view()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 4), squared = Tensor("squared", 1, 4), square = Tensor("square", 2, 2), column = Tensor("column", 4, 1);
                return Graph([input], [column], new Mul(input, input, squared, FusedActivation.None), new Reshape(squared, square), new Reshape(square, column));
            },
            ViewAliasing.Run);

        Assert.Equal("Mul", Assert.Single(graph.Operators).Name);
        Assert.Equal("squared", graph.Outputs[0].Storage.Name);
    }

    [Fact]
    public void An_output_may_be_a_view_of_an_input()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 4), output = Tensor("out", 4);
                return Graph([input], [output], new Reshape(input, output));
            },
            ViewAliasing.Run);

        Assert.Empty(graph.Operators);
    }

    [Fact]
    public void A_delay_line_costs_its_two_copies_only()
    {
        // What streaming models are made of: keep the last three of the values seen, use all four.
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 2), state = Variable("state", 3, 2), old = Tensor("old", 3, 2);
                GraphTensor all = Tensor("all", 4, 2), kept = Tensor("kept", 3, 2), result = Tensor("result", 4, 2);
                return Graph(
                    [input],
                    [result],
                    new ReadVariable(state, old),
                    new Concatenation([old, input], 0, all, FusedActivation.None),
                    new Slice(all, [1, 0], [3, 2], [1, 1], kept),
                    new AssignVariable(kept, state),
                    new Mul(all, all, result, FusedActivation.None));
            },
            ViewAliasing.Run);

        Assert.Equal(["Concatenation", "Slice", "Mul"], graph.Operators.Select(o => o.Name));
        Assert.Equal("state", graph.Operators[0].Input.Storage.Name);
        Assert.Equal("state", graph.Operators[1].Output.Storage.Name);
    }

    [Fact]
    public void An_old_value_that_is_used_after_the_assignment_is_copied()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 4), state = Variable("state", 4), old = Tensor("old", 4), shaped = Tensor("shaped", 2, 2);
                GraphTensor next = Tensor("next", 4), flat = Tensor("flat", 4), result = Tensor("result", 4);
                return Graph(
                    [input],
                    [result],
                    new ReadVariable(state, old),
                    new Reshape(old, shaped),
                    new Add(old, input, next, FusedActivation.None),
                    new AssignVariable(next, state),
                    new Reshape(shaped, flat),
                    new Sub(flat, next, result, FusedActivation.None));
            },
            ViewAliasing.Run);

        Assert.Equal(["ReadVariable", "Add", "Sub"], graph.Operators.Select(o => o.Name));
        Assert.Equal("old", graph.Operators[2].Input.Storage.Name);
        Assert.Equal("state", graph.Operators[1].Output.Storage.Name);
    }

    [Fact]
    public void An_old_value_that_goes_out_is_copied()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 4), state = Variable("state", 4), old = Tensor("old", 4);
                return Graph([input], [old], new ReadVariable(state, old), new AssignVariable(input, state));
            },
            ViewAliasing.Run);

        Assert.Equal(["ReadVariable", "AssignVariable"], graph.Operators.Select(o => o.Name));
    }

    [Fact]
    public void An_operator_that_reads_the_old_value_does_not_write_over_it()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 2, 3), state = Variable("state", 3, 2), old = Tensor("old", 3, 2), turned = Tensor("turned", 2, 3);
                GraphTensor sum = Tensor("sum", 2, 3), next = Tensor("next", 3, 2);
                return Graph(
                    [input],
                    [sum],
                    new ReadVariable(state, old),
                    new Transpose(old, [1, 0], turned),
                    new Add(turned, input, sum, FusedActivation.None),
                    new Add(old, old, next, FusedActivation.None),
                    new AssignVariable(next, state));
            },
            ViewAliasing.Run);

        Assert.Equal(["Transpose", "Add", "Add", "AssignVariable"], graph.Operators.Select(o => o.Name));
    }

    [Fact]
    public void One_value_for_two_states_is_computed_into_one_and_copied_to_the_other()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 4), first = Variable("first", 4), second = Variable("second", 4);
                GraphTensor oldFirst = Tensor("old first", 4), oldSecond = Tensor("old second", 4), sum = Tensor("sum", 4), result = Tensor("result", 4);
                return Graph(
                    [input],
                    [result, sum],
                    new ReadVariable(first, oldFirst),
                    new ReadVariable(second, oldSecond),
                    new Sub(oldFirst, oldSecond, result, FusedActivation.None),
                    new Add(input, oldSecond, sum, FusedActivation.None),
                    new AssignVariable(sum, first),
                    new AssignVariable(sum, second));
            },
            ViewAliasing.Run);

        Assert.Equal(["Sub", "Add", "AssignVariable"], graph.Operators.Select(o => o.Name));
        Assert.Equal("first", graph.Operators[1].Output.Storage.Name);
    }

    [Fact]
    public void States_that_swap_their_values_keep_them_apart()
    {
        Run(
            () =>
            {
                GraphTensor input = Tensor("in", 4), first = Variable("first", 4), second = Variable("second", 4);
                GraphTensor oldFirst = Tensor("old first", 4), oldSecond = Tensor("old second", 4), sum = Tensor("sum", 4), result = Tensor("result", 4);
                return Graph(
                    [input],
                    [result],
                    new ReadVariable(first, oldFirst),
                    new ReadVariable(second, oldSecond),
                    new Add(oldFirst, input, sum, FusedActivation.None),
                    new AssignVariable(oldSecond, first),
                    new AssignVariable(sum, second),
                    new Mul(sum, oldSecond, result, FusedActivation.None));
            },
            ViewAliasing.Run);
    }
}
