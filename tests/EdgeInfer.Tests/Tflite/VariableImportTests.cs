using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Tests.Tflite;

public sealed class VariableImportTests
{
    [Fact]
    public void Handles_of_one_name_share_a_state_and_the_initializer_sets_it()
    {
        ModelGraph graph = TfliteImporterTests.Import(StatefulModel());

        Assert.Equal(["ReadVariable", "AssignVariable"], graph.Operators.Select(o => o.Name));
        GraphTensor state = graph.Operators[0].Input;
        Assert.Same(state, graph.Operators[1].Output);
        Assert.True(state.IsVariable);
        Assert.Equal("memory", state.Name);
        Assert.Equal([1, 2, 3], state.InitialData!);
    }

    [Fact]
    public void Without_an_initializer_a_state_starts_at_its_zero_point()
    {
        ModelGraph graph = TfliteImporterTests.Import(StatefulModel(withInitializer: false));

        Assert.Equal([253, 253, 253], graph.Operators[0].Input.InitialData!);
    }

    [Fact]
    public void Start_values_must_fit()
    {
        ConversionException e = Assert.Throws<ConversionException>(() => TfliteImporterTests.Import(StatefulModel(initial: [1, 2])));

        Assert.Equal("variable 'memory': its start value has 2 bytes where 3 belong. [EI306]", Assert.Single(e.Problems).ToString());
    }

    [Fact]
    public void A_subgraph_that_computes_is_refused()
    {
        TfliteBuilder builder = StatefulModel();
        TfliteBuilder.Subgraph initializer = builder.Subgraphs[1];
        initializer.Add("ATAN2", [1], [initializer.Activation("sine", 3)]);

        ConversionException e = Assert.Throws<ConversionException>(() => TfliteImporterTests.Import(builder));

        Assert.Equal("ATAN2 (operator 2) 'sine'", Assert.Single(e.Problems).Where);
    }

    /// <summary>Out is what the previous frame put in.</summary>
    internal static TfliteBuilder StatefulModel(bool withInitializer = true, sbyte[]? initial = null)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main, initializer = builder.AddSubgraph();
        int input = main.Activation("in", 1, 3), handle = main.Plain("handle", ElementType.Resource), output = main.Activation("out", 1, 3);
        if (withInitializer) main.Add("CALL_ONCE", [], [], new() { [0] = 1 });
        main.Add("VAR_HANDLE", [], [handle], new() { [0] = "", [1] = "memory" });
        main.Add("READ_VARIABLE", [handle], [output]);
        main.Add("ASSIGN_VARIABLE", [handle, input], []);
        main.Inputs.Add(input);
        main.Outputs.Add(output);

        sbyte[] values = initial ?? [1, 2, 3];
        int handleThere = initializer.Plain("handle", ElementType.Resource);
        int value = initializer.Constant("value", ElementType.Int8, [1, values.Length], values, (0.1f, -3));
        initializer.Add("VAR_HANDLE", [], [handleThere], new() { [0] = "", [1] = "memory" });
        initializer.Add("ASSIGN_VARIABLE", [handleThere, value], []);
        return builder;
    }
}
