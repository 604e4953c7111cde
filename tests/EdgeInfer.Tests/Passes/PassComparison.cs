using EdgeInfer.Converter.Blob;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Tests.Passes;

/// <summary>Runs a graph on the device runtime before and after a pass, on the same frames, and demands the same bytes.</summary>
internal static class PassComparison
{
    private const int Frames = 5;

    /// <summary>Makes the graph twice, lets the pass change one of them, compares their outputs and returns the changed one.</summary>
    public static ModelGraph Run(Func<ModelGraph> make, Action<ModelGraph> pass)
    {
        ModelGraph changed = make();
        pass(changed);
        Interpreter before = Compile(make()), after = Compile(changed);
        for (int frame = 0; frame < Frames; frame++)
        {
            Assert.Equal(RunFrame(before, frame), RunFrame(after, frame));
        }

        return changed;
    }

    public static GraphTensor Tensor(string name, params int[] shape) =>
        new(name, ElementType.Int8, shape) { Quantization = new Quantization(0.05f, -3) };

    public static GraphTensor Variable(string name, params int[] shape) =>
        new(name, ElementType.Int8, shape) { Quantization = new Quantization(0.05f, -3), IsVariable = true };

    public static GraphTensor Constant(string name, params int[] shape)
    {
        GraphTensor tensor = new(name, ElementType.Int8, shape) { Quantization = new Quantization(0.05f, 0) };
        tensor.Data = [.. Enumerable.Range(0, tensor.Count).Select(i => (byte)((i * 37) + 11))];
        return tensor;
    }

    public static ModelGraph Graph(GraphTensor[] inputs, GraphTensor[] outputs, params Operator[] operators)
    {
        ModelGraph graph = new("test");
        graph.Inputs.AddRange(inputs);
        graph.Outputs.AddRange(outputs);
        graph.Operators.AddRange(operators);
        foreach (Operator op in operators) op.Label = op.Name;
        return graph;
    }

    private static Interpreter Compile(ModelGraph graph)
    {
        ProblemList problems = new();
        foreach (Operator op in graph.Operators) op.Check(problems);
        Assert.Empty(problems.Problems);
        Packer packer = Packer.Pack(graph, 0);
        ArenaLayout.Apply(packer);
        return new Interpreter(Model.Load(BlobWriter.Write(packer, [])));
    }

    private static List<int> RunFrame(Interpreter interpreter, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < interpreter.InputCount; i++)
        {
            Tensor input = interpreter.Input(i);
            for (int e = 0; e < input.Count; e++) input[e] = random.Next(-128, 128);
        }

        interpreter.Invoke();
        List<int> outputs = [];
        for (int i = 0; i < interpreter.OutputCount; i++)
        {
            Tensor output = interpreter.Output(i);
            for (int e = 0; e < output.Count; e++) outputs.Add(output[e]);
        }

        return outputs;
    }
}
