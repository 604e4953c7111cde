using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Tests.Verification;

/// <summary>Samples of the ways in which memory is shared and saved.</summary>
internal static partial class SampleGraphs
{
    /// <summary>The second layer stays in a buffer of this size, the others take turns.</summary>
    private const int StreamBytes = 90;

    /// <summary>Tensors that lie in others: a concatenation computed in place, and overlapping slices of it.</summary>
    private static ModelGraph Parts()
    {
        GraphTensor input = Activation("input", 1, 6);
        FullyConnected left = Dense("left", input, 4), right = Dense("right", input, 3);
        GraphTensor joined = Activation("joined", 1, 7), first = Activation("first", 1, 5), second = Activation("second", 1, 5);
        ModelGraph graph = new("parts");
        graph.Inputs.Add(input);
        graph.Operators.AddRange([left, right, new Concatenation([left.Output, right.Output], 1, joined, FusedActivation.None) { Label = "joined" }]);
        graph.Operators.Add(new Slice(joined, [0, 0], [1, 5], [1, 1], first) { Label = "first" });
        graph.Operators.Add(new Slice(joined, [0, 2], [1, 5], [1, 1], second) { Label = "second" });
        GraphTensor sum = Activation("sum", 1, 5);
        graph.Operators.Add(new Add(first, second, sum, FusedActivation.None) { Label = "sum" });
        graph.Outputs.AddRange([sum, joined]);
        return graph;
    }

    /// <summary>Three layers and a table whose constants do not fit into the buffer together, and a constant of the arena.</summary>
    private static ModelGraph Streamed()
    {
        GraphTensor input = Activation("input", 1, 6);
        FullyConnected first = Dense("first", input, 10), second = Dense("second", first.Output, 1), third = Dense("third", second.Output, 9);
        ModelGraph graph = new("streamed");
        graph.Inputs.Add(input);
        graph.Operators.AddRange([first, second, third]);
        graph.Outputs.Add(third.Output);
        AddConstant(graph, new("bytes", ElementType.Int8, [5]) { Data = [1, 255, 3, 4, 5], Quantization = input.Quantization });
        return graph;
    }
}
