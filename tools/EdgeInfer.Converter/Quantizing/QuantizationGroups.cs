using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>
/// Which activations share scale and zero point, because an operator between them only moves elements or selects among them. The parts of a
/// concatenation share with the whole where nothing else reads them: requantizing each would cost time and gain nothing. Steps of a recurrence, which have
/// their weights in common, share the scales of what goes in and comes out, so that they can share everything.
/// </summary>
public static class QuantizationGroups
{
    /// <summary>Divides the activations of a graph.</summary>
    /// <param name="graph">A graph of floats.</param>
    /// <param name="joins">Says of an operator that demands one scale whether its activations share it; null for all. Others requantize what they read.</param>
    /// <returns>Groups in the order of their first tensors; every activation is in one.</returns>
    public static List<List<GraphTensor>> Of(ModelGraph graph, Func<Operator, bool>? joins = null)
    {
        Dictionary<GraphTensor, GraphTensor> parents = [];
        GraphTensor Root(GraphTensor tensor)
        {
            while (parents.TryGetValue(tensor, out GraphTensor? parent)) tensor = parent;
            return tensor;
        }

        void Join(GraphTensor first, GraphTensor second)
        {
            (GraphTensor a, GraphTensor b) = (Root(first), Root(second));
            bool differ = first.Quantization is not null && second.Quantization is not null && !first.Quantization.IsSameAs(second.Quantization);
            if (a != b && !differ) parents.Add(b, a);
        }

        foreach (IGrouping<GraphTensor, Operator> steps in graph.Operators.Where(op => op.Inputs.Length > 1 && op.Inputs[1] is { IsShared: true }).GroupBy(op => op.Inputs[1]!))
        {
            foreach (Operator step in steps.Skip(1))
            {
                Join(steps.First().Input, step.Input);
                Join(steps.First().Output, step.Output);
            }
        }

        foreach (Operator op in graph.Operators.Where(op => SharesScale(op) && joins?.Invoke(op) != false))
        {
            GraphTensor[] inputs = [.. op.Inputs.OfType<GraphTensor>().Where(t => t is { IsConstant: false, Type: ElementType.Float32 })];

            // Parts that others read, too, keep their scales, unless they have one in common as it is.
            GraphTensor[] free = op is Concatenation or Stack ? [.. inputs.Where(t => graph.OnlyReaderOf(t) == op)] : inputs;
            if (inputs.Except(free).Select(Root).Distinct().Count() == 1) free = inputs;
            foreach (GraphTensor input in free)
            {
                foreach (GraphTensor output in op.Outputs) Join(input, output);
            }
        }

        return [.. FloatGraph.Activations(graph).GroupBy(Root).Select(g => g.ToList())];
    }

    /// <summary>Tells whether an operator demands one scale and zero point of its operands and results.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>True for movement and choice of data, and for pools.</returns>
    public static bool SharesScale(Operator op) =>
        op is Reshape or Transpose or Slice or Split or Pad or Concatenation or Stack or Unstack or Rearrangement or DepthToSpace or SpaceToDepth or BatchToSpace or SpaceToBatch
            or MaxPool2D or AveragePool2D or ResizeBilinear or ReduceExtremum or Extremum or Select;

    /// <summary>The quantization that an operator gives its result whatever the data are, as TensorFlow Lite has it.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="bits">Bits of the result.</param>
    /// <returns>The quantization; null where it is free.</returns>
    public static Quantization? FixedOutput(Operator op, int bits = 8) => op switch
    {
        Softmax or Logistic or Tanh when bits == 16 => new Quantization(1f / 32768, 0) { Bits = 16 },
        Softmax or Logistic => new Quantization(1f / 256, sbyte.MinValue),
        Tanh or L2Normalization => new Quantization(1f / 128, 0),
        LogSoftmax => new Quantization(1f / 16, sbyte.MaxValue),
        _ => null,
    };
}
