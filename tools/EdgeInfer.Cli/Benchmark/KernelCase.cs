using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Cli.Benchmark;

/// <summary>One operator of a fixed shape, to be measured by itself.</summary>
/// <param name="Kernel">Kind of kernel.</param>
/// <param name="Shape">Its shape in words.</param>
/// <param name="Create">Makes the operator, with pseudo-random constants that are always the same.</param>
internal sealed record KernelCase(string Kernel, string Shape, Func<Operator> Create)
{
    /// <summary>Name of the case.</summary>
    public string Name => $"{Kernel}, {Shape}";

    /// <summary>Converts a graph of this operator alone.</summary>
    /// <returns>The blob and what is known about it.</returns>
    public ConversionResult Convert()
    {
        Operator op = Create();
        ModelGraph graph = new(Name);
        graph.Inputs.AddRange(op.Inputs.OfType<GraphTensor>().Where(t => !t.IsConstant && !t.IsVariable));
        graph.Outputs.AddRange(op.Outputs);
        op.Label = op.Name;
        graph.Operators.Add(op);
        return ModelConverter.Convert(graph, new byte[32], new ConversionOptions { SelfTestFrames = 0 });
    }
}
