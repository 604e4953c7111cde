using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Tflite.Operators;

namespace EdgeInfer.Converter.Tflite;

/// <summary>Which operators of TensorFlow Lite are supported, up to which version, and how they are imported.</summary>
internal static class TfliteOperatorTable
{
    /// <summary>
    /// One line an operator. A version stands for a feature that came with it (a type, an option); the rules and the operators'
    /// checks look at the features themselves, so that only versions whose features they do not know are refused here.
    /// </summary>
    private static readonly Dictionary<int, Rule> Rules = new Rule[]
    {
        new("ADD", 5, Add.Import),
        new("ASSIGN_VARIABLE", 1, AssignVariable.Import),
        new("AVERAGE_POOL_2D", 3, AveragePool2D.Import),
        new("CALL_ONCE", 1, CallOnce.Import),
        new("CAST", 1, Cast.Import),
        new("CONCATENATION", 4, Concatenation.Import),
        new("CONV_2D", 8, Conv2D.Import),
        new("DEPTHWISE_CONV_2D", 7, DepthwiseConv2D.Import),
        new("DEQUANTIZE", 6, Dequantize.Import),
        new("EXPAND_DIMS", 1, Reshape.Import),
        new("FULLY_CONNECTED", 13, FullyConnected.Import),
        new("LEAKY_RELU", 2, LeakyRelu.Import),
        new("LOGISTIC", 3, Logistic.Import),
        new("MAX_POOL_2D", 3, MaxPool2D.Import),
        new("MEAN", 3, Mean.Import),
        new("MUL", 7, Mul.Import),
        new("PACK", 4, Stack.Import),
        new("PAD", 4, Pad.Import),
        new("QUANTIZE", 4, Quantize.Import),
        new("READ_VARIABLE", 1, ReadVariable.Import),
        new("RELU", 3, Relu.Import),
        new("RELU6", 3, Relu.Import6),
        new("RELU_N1_TO_1", 2, Relu.ImportN1To1),
        new("RESHAPE", 1, Reshape.Import),
        new("SHAPE", 1, Shape.Import),
        new("SLICE", 6, Slice.Import),
        new("SOFTMAX", 3, Softmax.Import),
        new("SPLIT", 4, Split.Import),
        new("SPLIT_V", 2, Split.ImportSizes),
        new("SQUEEZE", 2, Reshape.Import),
        new("STRIDED_SLICE", 8, StridedSlice.Import),
        new("SUB", 5, Sub.Import),
        new("SVDF", 4, Svdf.Import),
        new("TANH", 3, Tanh.Import),
        new("TRANSPOSE", 6, Transpose.Import),
        new("UNIDIRECTIONAL_SEQUENCE_LSTM", 5, UnidirectionalSequenceLstm.Import),
        new("UNPACK", 4, Unstack.Import),
        new("VAR_HANDLE", 1, VarHandle.Import),
    }.ToDictionary(rule => BuiltinNames.CodeOf(rule.Name));

    /// <summary>Finds the rule of an operator.</summary>
    /// <param name="kind">The operator's kind.</param>
    /// <returns>The rule, or null where the operator is not supported.</returns>
    public static Rule? Find(TfliteOperatorKind kind) => Rules.GetValueOrDefault(kind.Code);

    /// <summary>How an operator is imported.</summary>
    /// <param name="Name">Name of the operator in TensorFlow Lite.</param>
    /// <param name="LatestVersion">The newest version whose features are known.</param>
    /// <param name="Import">Makes the graph's operator; null where nothing is to be done at inference.</param>
    internal sealed record Rule(string Name, int LatestVersion, Func<TfliteOperator, Operator?> Import);
}
