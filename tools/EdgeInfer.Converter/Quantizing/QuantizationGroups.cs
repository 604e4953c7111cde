using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>
/// Which activations share scale and zero point, because an operator between them only moves elements or selects among them. The parts of a
/// concatenation share with the whole where nothing else reads them: requantizing each would cost time and gain nothing.
/// </summary>
public static class QuantizationGroups
{
    /// <summary>Divides the activations of a graph.</summary>
    /// <param name="graph">A graph of floats.</param>
    /// <returns>Groups in the order of their first tensors; every activation is in one.</returns>
    public static List<List<GraphTensor>> Of(ModelGraph graph)
    {
        Dictionary<GraphTensor, GraphTensor> parents = [];
        GraphTensor Root(GraphTensor tensor)
        {
            while (parents.TryGetValue(tensor, out GraphTensor? parent)) tensor = parent;
            return tensor;
        }

        foreach (Operator op in graph.Operators.Where(SharesScale))
        {
            foreach (GraphTensor input in op.Inputs.OfType<GraphTensor>().Where(t => t is { IsConstant: false, Type: not ElementType.Bool }))
            {
                if (op is Concatenation or Stack && graph.OnlyReaderOf(input) != op) continue;
                foreach (GraphTensor output in op.Outputs)
                {
                    (GraphTensor a, GraphTensor b) = (Root(input), Root(output));
                    bool differ = input.Quantization is not null && output.Quantization is not null && !input.Quantization.IsSameAs(output.Quantization);
                    if (a != b && !differ) parents.Add(b, a);
                }
            }
        }

        return [.. FloatGraph.Activations(graph).GroupBy(Root).Select(g => g.ToList())];
    }

    /// <summary>Tells whether an operator demands one scale and zero point of its operands and results.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True for movement and choice of data, and for pools.</returns>
    public static bool SharesScale(Operator op) =>
        op is Reshape or Transpose or Slice or Split or Pad or Concatenation or Stack or Unstack or Rearrangement or DepthToSpace or SpaceToDepth or BatchToSpace or SpaceToBatch
            or MaxPool2D or AveragePool2D or ReduceExtremum or Extremum or Select;

    /// <summary>The quantization that an operator gives its result whatever the data are, as TensorFlow Lite has it.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>The quantization; null where it is free.</returns>
    public static Quantization? FixedOutput(Operator op) => op switch
    {
        Softmax or Logistic => new Quantization(1f / 256, sbyte.MinValue),
        Tanh => new Quantization(1f / 128, 0),
        _ => null,
    };
}
