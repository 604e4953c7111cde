using EdgeInfer.Tests.Operators;
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

    /// <summary>A window of forty rows that starts with one row repeated and moves on by two.</summary>
    private static ModelGraph MovingWindow()
    {
        GraphTensor input = Activation("input", 2, 4), output = Activation("output", 40, 4);
        byte[] row = [1, 2, 3, 250];
        GraphTensor window = new("window", ElementType.Int8, [40, 4])
        {
            Quantization = input.Quantization,
            IsVariable = true,
            InitialData = [.. Enumerable.Repeat(row, 40).SelectMany(r => r)],
        };
        ModelGraph graph = new("window");
        graph.Inputs.Add(input);
        graph.Operators.Add(new MoveWindow(window, 8, 0, 38 * 4, [input], [38 * 4]) { Label = "window" });
        graph.Operators.Add(new ReadVariable(window, output) { Label = "window" });
        graph.Outputs.Add(output);
        return graph;
    }

    /// <summary>Three layers and a table whose constants do not fit into the buffer together, and constants of the arena that do not either.</summary>
    private static ModelGraph Streamed()
    {
        GraphTensor input = Activation("input", 1, 6);
        FullyConnected first = Dense("first", input, 10), second = Dense("second", first.Output, 1), third = Dense("third", second.Output, 9);
        ModelGraph graph = new("streamed");
        graph.Inputs.Add(input);
        graph.Operators.AddRange([first, second, third]);
        graph.Outputs.Add(third.Output);
        AddConstant(graph, new("bytes", ElementType.Int8, [5]) { Data = [1, 255, 3, 4, 5], Quantization = input.Quantization });
        AddConstant(graph, new("more bytes", ElementType.Int8, [10]) { Data = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14], Quantization = input.Quantization });
        return graph;
    }

    /// <summary>Layers of so many channels that their biases and scales are worth a buffer.</summary>
    private static ModelGraph StreamedTables()
    {
        GraphTensor last = Activation("input", 1, 2, 2, 3);
        ModelGraph graph = new("tables");
        graph.Inputs.Add(last);
        for (int layer = 0; layer < 4; layer++)
        {
            const int filters = 16;
            GraphTensor output = Activation($"layer {layer}", 1, 2, 2, filters);
            float[] scales = [.. Enumerable.Range(0, filters).Select(c => 0.01f + (0.001f * (c + layer)))];
            GraphTensor weights = Operands.Weights([filters, 1, 1, last.Shape[3]], Values(filters * last.Shape[3], layer), scales);
            graph.Operators.Add(new Conv2D(last, weights, Operands.Bias([.. Values(filters, layer + 9).Select(v => v * 10)]), output, new Window2D(), FusedActivation.None) { Label = output.Name });
            last = output;
        }

        graph.Outputs.Add(last);
        return graph;
    }
}
