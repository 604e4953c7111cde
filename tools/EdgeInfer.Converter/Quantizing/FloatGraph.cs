using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>What is to be known of graphs that compute in floats.</summary>
public static class FloatGraph
{
    /// <summary>Tells whether a graph computes in floats, rather than in integers with floats at its edges.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>True where an operator computes floats, or something of them, and no activation is an integer; floats that only move do not count.</returns>
    public static bool Is(ModelGraph graph) =>
        graph.Operators.Exists(op => Computes(op) && op.Inputs.Append(op.Output).Any(t => t is { IsConstant: false } && IsFloat(t))) && !Computed(graph).Any(IsInteger);

    /// <summary>Tells whether every activation carries the quantization that it shall have, as those of a QDQ model do.</summary>
    /// <param name="graph">A graph of floats.</param>
    /// <returns>True where the graph can be quantized without data.</returns>
    public static bool HasQuantization(ModelGraph graph) => QuantizationGroups.Of(graph).All(group => group.Exists(t => t.Quantization is not null));

    /// <summary>All computed tensors of floats, inputs first, each once; truth values and indexes are none.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The tensors in the order in which they are computed.</returns>
    public static IEnumerable<GraphTensor> Activations(ModelGraph graph) => Computed(graph).Where(IsFloat);

    /// <summary>All states, each once.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The states in the order in which they are first used.</returns>
    public static IEnumerable<GraphTensor> States(ModelGraph graph) => graph.Operators.SelectMany(op => op.Inputs).OfType<GraphTensor>().Where(t => t.IsVariable).Distinct();

    /// <summary>Tells whether an inference depends on those before, so that samples are sequences of frames. An LSTM is given a whole sequence at once and begins anew with each.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>True where an operator remembers frames.</returns>
    public static bool Remembers(ModelGraph graph) => graph.Operators.Exists(op => op is Svdf);

    /// <summary>States whose ranges samples must show; what else is remembered has been an activation.</summary>
    /// <param name="graph">The graph.</param>
    /// <returns>The states in the order in which they are used.</returns>
    public static IEnumerable<GraphTensor> RangedStates(ModelGraph graph) => graph.Operators.Select(op => op switch
    {
        UnidirectionalSequenceLstm lstm => lstm.CellState,
        Svdf filter => filter.State,
        _ => null,
    }).OfType<GraphTensor>();

    /// <summary>The weights of a convolution or matrix product, and the dimension of them that counts output channels.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Weights and dimension; null for operators without weights.</returns>
    public static (GraphTensor Weights, int Axis)? WeightsOf(Operator op) => op switch
    {
        Conv2D or FullyConnected or TransposeConv => (op.Inputs[1]!, 0),
        DepthwiseConv2D => (op.Inputs[1]!, 3),
        _ => null,
    };

    private static bool Computes(Operator op) =>
        WeightsOf(op) is not null || op is LookupOperator or Softmax or MeanOrSum or ReduceExtremum or Add or Sub or Mul or Prelu or SquaredDifference or Extremum or Comparison or BatchMatMul or LogSoftmax or L2Normalization or ResizeBilinear
            or ArgMax or MaxPool2D or AveragePool2D or Svdf or UnidirectionalSequenceLstm;

    private static IEnumerable<GraphTensor> Computed(ModelGraph graph) => graph.Inputs.Concat(graph.Operators.SelectMany(op => op.Outputs)).Where(t => !t.IsConstant).Distinct();

    private static bool IsFloat(GraphTensor tensor) => tensor.Type == ElementType.Float32;

    private static bool IsInteger(GraphTensor tensor) => tensor.Type is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16;
}
