using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>
/// Gates: sums of which one reaches three hundred times as far as the others before a tangent flattens it. No factor can be moved through a tangent, so that
/// nothing evens that out.
/// </summary>
internal static class Gates
{
    private const int Inputs = 12, Cells = 8, Classes = 5;

    public static ModelGraph Graph()
    {
        Random random = new(2);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
        GraphTensor Constant(string name, float[] values, params int[] shape) => new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
        float[] weights = Values(Cells * Inputs);
        for (int i = 0; i < Inputs; i++) weights[i] *= 300;
        GraphTensor x = new("x", ElementType.Float32, [1, Inputs]), sum = new("sum", ElementType.Float32, [1, Cells]), gate = new("gate", ElementType.Float32, [1, Cells]), y = new("y", ElementType.Float32, [1, Classes]);
        ModelGraph graph = new("gates");
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Operators.AddRange([
            new FullyConnected(x, Constant("w1", weights, Cells, Inputs), Constant("b1", Values(Cells), Cells), sum, FusedActivation.None),
            new Tanh(sum, gate),
            new FullyConnected(gate, Constant("w2", Values(Classes * Cells), Classes, Cells), Constant("b2", Values(Classes), Classes), y, FusedActivation.None),
        ]);
        foreach (Operator op in graph.Operators) op.Label = op.Name;
        return graph;
    }

    public static Sample[] Samples()
    {
        Random random = new(4);
        return [.. Enumerable.Range(0, 64).Select(i => new Sample([[.. Enumerable.Range(0, Inputs).Select(_ => (random.NextSingle() * 2) - 1)]], -1, $"#{i}"))];
    }

    public static double Sqnr(QuantizationRecipe recipe)
    {
        Sample[] samples = Samples();
        ModelGraph graph = Graph();
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), recipe);
        byte[] blob = ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        return ModelEvaluation.OfBlob(blob, samples).Sqnr(ModelEvaluation.OfFloat(Graph(), samples));
    }
}
