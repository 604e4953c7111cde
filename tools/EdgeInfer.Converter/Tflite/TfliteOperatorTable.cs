using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Tflite.Operators;
using Relation = EdgeInfer.Converter.Operators.Relation;

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
        new("ABS", 5, Abs.Import),
        new("ADD", 5, Add.Import),
        new("ADD_N", 1, AddN.Import),
        new("ARG_MAX", 3, ArgMax.Import),
        new("ARG_MIN", 3, ArgMax.ImportMinimum),
        new("ASSIGN_VARIABLE", 1, AssignVariable.Import),
        new("AVERAGE_POOL_2D", 3, AveragePool2D.Import),
        new("BATCH_MATMUL", 4, BatchMatMul.Import),
        new("BATCH_TO_SPACE_ND", 4, SpaceToBatch.ImportBatchToSpace),
        new("BROADCAST_ARGS", 1, BroadcastArgs.Import),
        new("BROADCAST_TO", 3, BroadcastTo.Import),
        new("CALL_ONCE", 1, CallOnce.Import),
        new("CAST", 7, Cast.Import),
        new("CEIL", 1, ElementFunction.Import(RealFunction.Ceil)),
        new("CONCATENATION", 4, Concatenation.Import),
        new("CONV_2D", 8, Conv2D.Import),
        new("COS", 1, ElementFunction.Import(RealFunction.Cos)),
        new("CUMSUM", 1, CumulativeSum.Import),
        new("DEPTHWISE_CONV_2D", 7, DepthwiseConv2D.Import),
        new("DEPTH_TO_SPACE", 2, SpaceToDepth.ImportDepthToSpace),
        new("DEQUANTIZE", 6, Dequantize.Import),
        new("DIV", 2, Div.Import),
        new("DYNAMIC_UPDATE_SLICE", 6, UpdateSlice.Import),
        new("ELU", 1, ElementFunction.Import(RealFunction.Elu)),
        new("EMBEDDING_LOOKUP", 4, Gather.ImportEmbedding),
        new("EQUAL", 4, Comparison.Import(Relation.Equal)),
        new("EXP", 2, ElementFunction.Import(RealFunction.Exp)),
        new("EXPAND_DIMS", 1, Reshape.ImportExpansion),
        new("FILL", 4, BroadcastTo.ImportFill),
        new("FLOOR", 1, ElementFunction.Import(RealFunction.Floor)),
        new("FULLY_CONNECTED", 13, FullyConnected.Import),
        new("GATHER", 7, Gather.Import),
        new("GATHER_ND", 5, Gather.ImportNd),
        new("GELU", 2, ElementFunction.ImportGelu),
        new("GREATER", 2, Comparison.Import(Relation.Greater)),
        new("GREATER_EQUAL", 3, Comparison.Import(Relation.GreaterEqual)),
        new("HARD_SWISH", 1, HardSwish.Import),
        new("L2_NORMALIZATION", 2, L2Normalization.Import),
        new("LEAKY_RELU", 2, LeakyRelu.Import),
        new("LESS", 3, Comparison.Import(Relation.Less)),
        new("LESS_EQUAL", 2, Comparison.Import(Relation.LessEqual)),
        new("LOG", 2, ElementFunction.Import(RealFunction.Log)),
        new("LOGICAL_AND", 1, Logical.ImportAnd),
        new("LOGICAL_NOT", 1, Logical.ImportNot),
        new("LOGICAL_OR", 1, Logical.ImportOr),
        new("LOGISTIC", 3, Logistic.Import),
        new("LOG_SOFTMAX", 2, LogSoftmax.Import),
        new("MAXIMUM", 4, Extremum.ImportMaximum),
        new("MAX_POOL_2D", 3, MaxPool2D.Import),
        new("MEAN", 3, Mean.Import),
        new("MINIMUM", 4, Extremum.ImportMinimum),
        new("MIRROR_PAD", 3, MirrorPad.Import),
        new("MUL", 7, Mul.Import),
        new("NEG", 1, ElementFunction.Import(RealFunction.Neg)),
        new("NOT_EQUAL", 3, Comparison.Import(Relation.NotEqual)),
        new("PACK", 4, Stack.Import),
        new("PAD", 4, Pad.Import),
        new("PADV2", 4, Pad.Import),
        new("PRELU", 1, Prelu.Import),
        new("QUANTIZE", 4, Quantize.Import),
        new("READ_VARIABLE", 1, ReadVariable.Import),
        new("REDUCE_ALL", 1, Mean.ImportAll),
        new("REDUCE_ANY", 1, Mean.ImportAny),
        new("REDUCE_MAX", 3, Mean.ImportMaximum),
        new("REDUCE_MIN", 3, Mean.ImportMinimum),
        new("RELU", 3, Relu.Import),
        new("RELU6", 3, Relu.Import6),
        new("RELU_0_TO_1", 1, Relu.Import0To1),
        new("RELU_N1_TO_1", 2, Relu.ImportN1To1),
        new("RESHAPE", 1, Reshape.Import),
        new("RESIZE_BILINEAR", 4, ResizeBilinear.Import),
        new("RESIZE_NEAREST_NEIGHBOR", 4, ResizeNearestNeighbor.Import),
        new("REVERSE_V2", 3, Reverse.Import),
        new("ROUND", 1, ElementFunction.Import(RealFunction.Round)),
        new("RSQRT", 3, Rsqrt.Import),
        new("SELECT", 4, Select.Import),
        new("SELECT_V2", 2, Select.ImportBroadcast),
        new("SHAPE", 1, Shape.Import),
        new("SIGN", 2, ElementFunction.Import(RealFunction.Sign)),
        new("SIN", 1, ElementFunction.Import(RealFunction.Sin)),
        new("SLICE", 6, Slice.Import),
        new("SOFTMAX", 3, Softmax.Import),
        new("SPACE_TO_BATCH_ND", 4, SpaceToBatch.Import),
        new("SPACE_TO_DEPTH", 2, SpaceToDepth.Import),
        new("SPLIT", 4, Split.Import),
        new("SPLIT_V", 2, Split.ImportSizes),
        new("SQRT", 2, ElementFunction.Import(RealFunction.Sqrt)),
        new("SQUARE", 1, ElementFunction.Import(RealFunction.Square)),
        new("SQUARED_DIFFERENCE", 3, SquaredDifference.Import),
        new("SQUEEZE", 2, Reshape.ImportSqueeze),
        new("STRIDED_SLICE", 8, StridedSlice.Import),
        new("SUB", 5, Sub.Import),
        new("SUM", 2, Mean.ImportSum),
        new("SVDF", 4, Svdf.Import),
        new("TANH", 3, Tanh.Import),
        new("TILE", 3, Tile.Import),
        new("TRANSPOSE", 6, Transpose.Import),
        new("TRANSPOSE_CONV", 5, TransposeConv.Import),
        new("UNIDIRECTIONAL_SEQUENCE_LSTM", 5, UnidirectionalSequenceLstm.Import),
        new("UNPACK", 4, Unstack.Import),
        new("VAR_HANDLE", 1, VarHandle.Import),
        new("ZEROS_LIKE", 1, ZerosLike.Import),
    }.ToDictionary(rule => BuiltinNames.CodeOf(rule.Name));

    /// <summary>Custom operators, by the name that a model calls them.</summary>
    private static readonly Dictionary<string, Rule> CustomRules = new Rule[] { new("CIRCULAR_BUFFER", 1, CircularBuffer.Import) }.ToDictionary(rule => rule.Name);

    /// <summary>Names of the operators that are supported.</summary>
    public static IEnumerable<string> Names => Rules.Values.Select(rule => rule.Name);

    /// <summary>Finds the rule of an operator.</summary>
    /// <param name="kind">The operator's kind.</param>
    /// <returns>The rule, or null where the operator is not supported.</returns>
    public static Rule? Find(TfliteOperatorKind kind) => kind.Custom is null ? Rules.GetValueOrDefault(kind.Code) : CustomRules.GetValueOrDefault(kind.Custom);

    /// <summary>How an operator is imported.</summary>
    /// <param name="Name">Name of the operator in TensorFlow Lite.</param>
    /// <param name="LatestVersion">The newest version whose features are known.</param>
    /// <param name="Import">Makes the graph's operator; null where nothing is to be done at inference.</param>
    internal sealed record Rule(string Name, int LatestVersion, Func<TfliteOperator, Operator?> Import);
}
