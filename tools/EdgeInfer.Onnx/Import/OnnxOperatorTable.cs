using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Operators;

namespace EdgeInfer.Onnx.Import;

/// <summary>Which operators of ONNX are supported, and how they are imported.</summary>
internal static class OnnxOperatorTable
{
    private static readonly Dictionary<string, Action<OnnxNode>> Rules = new()
    {
        ["Abs"] = node => Activations.Import(node, (x, y) => new Abs(x, y)),
        ["Acos"] = node => Activations.Import(node, RealFunction.Acos),
        ["Add"] = Elementwise.ImportAdd,
        ["And"] = Elementwise.ImportLogical(both: true),
        ["ArgMax"] = Reductions.ImportIndex(largest: true),
        ["ArgMin"] = Reductions.ImportIndex(largest: false),
        ["Asin"] = node => Activations.Import(node, RealFunction.Asin),
        ["Atan"] = node => Activations.Import(node, RealFunction.Atan),
        ["AveragePool"] = Operators.Pooling.ImportAverage,
        ["BatchNormalization"] = BatchNormalization.Import,
        ["Cast"] = Activations.ImportCast,
        ["Ceil"] = node => Activations.Import(node, RealFunction.Ceil),
        ["Celu"] = node => Activations.Import(node, RealFunction.CeluOf(node.Float("alpha", 1))),
        ["Clip"] = Activations.ImportClip,
        ["Concat"] = Parts.ImportConcat,
        ["Constant"] = Constants.ImportConstant,
        ["Conv"] = Convolution.Import,
        ["ConvTranspose"] = TransposedConvolution.Import,
        ["Cos"] = node => Activations.Import(node, RealFunction.Cos),
        ["Cosh"] = node => Activations.Import(node, RealFunction.Cosh),
        ["DepthToSpace"] = Blocks.ImportToSpace,
        ["DequantizeLinear"] = QuantizedOperators.ImportDequantize,
        ["Div"] = Elementwise.ImportDiv,
        ["Dropout"] = Activations.ImportNothing,
        ["Elu"] = node => Activations.Import(node, RealFunction.EluOf(node.Float("alpha", 1))),
        ["Equal"] = Elementwise.ImportComparison(Relation.Equal),
        ["Erf"] = node => Activations.Import(node, RealFunction.Erf),
        ["Exp"] = node => Activations.Import(node, RealFunction.Exp),
        ["Expand"] = Selection.ImportExpand,
        ["Flatten"] = Shapes.ImportFlatten,
        ["Floor"] = node => Activations.Import(node, RealFunction.Floor),
        ["Gather"] = Selection.ImportGather,
        ["Gelu"] = node => Activations.Import(node, node.Text("approximate", "none") == "tanh" ? RealFunction.ApproximateGelu : RealFunction.Gelu),
        ["Gemm"] = MatrixProduct.ImportGemm,
        ["GlobalAveragePool"] = Operators.Pooling.ImportGlobalAverage,
        ["GlobalMaxPool"] = Operators.Pooling.ImportGlobalMax,
        ["Greater"] = Elementwise.ImportComparison(Relation.Greater),
        ["GreaterOrEqual"] = Elementwise.ImportComparison(Relation.GreaterEqual),
        ["GRU"] = Gru.Import,
        ["HardSigmoid"] = node => Activations.Import(node, RealFunction.HardSigmoid(node.Float("alpha", 0.2f), node.Float("beta", 0.5f))),
        ["HardSwish"] = node => Activations.Import(node, (x, y) => new HardSwish(x, y)),
        ["Identity"] = Activations.ImportNothing,
        ["InstanceNormalization"] = Normalization.ImportInstance,
        ["LayerNormalization"] = Normalization.ImportLayer,
        ["LeakyRelu"] = Activations.ImportLeakyRelu,
        ["Less"] = Elementwise.ImportComparison(Relation.Less),
        ["LessOrEqual"] = Elementwise.ImportComparison(Relation.LessEqual),
        ["Log"] = node => Activations.Import(node, RealFunction.Log),
        ["LogSoftmax"] = Activations.ImportLogSoftmax,
        ["LpNormalization"] = Activations.ImportNormalization,
        ["LSTM"] = Lstm.Import,
        ["MatMul"] = MatrixProduct.ImportMatMul,
        ["Max"] = Elementwise.ImportMany((x, y) => new Extremum(x[0], x[1], y, largest: true)),
        ["MaxPool"] = Operators.Pooling.ImportMax,
        ["Min"] = Elementwise.ImportMany((x, y) => new Extremum(x[0], x[1], y, largest: false)),
        ["Mish"] = node => Activations.Import(node, RealFunction.Mish),
        ["Mul"] = Elementwise.ImportMul,
        ["Neg"] = node => Activations.Import(node, RealFunction.Neg),
        ["Not"] = Activations.ImportNot,
        ["Or"] = Elementwise.ImportLogical(both: false),
        ["Pad"] = Padding.Import,
        ["Pow"] = Elementwise.ImportPow,
        ["PRelu"] = Elementwise.ImportPRelu,
        ["QLinearConv"] = QuantizedOperators.Expand("Conv", [0, 3], 6, 8),
        ["QLinearMatMul"] = QuantizedOperators.Expand("MatMul", [0, 3], 6, weightAxis: 1),
        ["QuantizeLinear"] = QuantizedOperators.ImportQuantize,
        ["Reciprocal"] = node => Activations.Import(node, RealFunction.Reciprocal),
        ["ReduceL1"] = Reductions.ImportL1,
        ["ReduceL2"] = Reductions.ImportL2,
        ["ReduceMax"] = Reductions.ImportMax,
        ["ReduceMean"] = Reductions.ImportMean,
        ["ReduceMin"] = Reductions.ImportMin,
        ["ReduceSum"] = Reductions.ImportSum,
        ["ReduceSumSquare"] = Reductions.ImportSumSquare,
        ["Relu"] = node => Activations.Import(node, (x, y) => new Relu(x, y, FusedActivation.Relu)),
        ["Reshape"] = Shapes.ImportReshape,
        ["Resize"] = Operators.Resize.ImportResize,
        ["RNN"] = Rnn.Import,
        ["Round"] = node => Activations.Import(node, RealFunction.Round),
        ["Selu"] = node => Activations.Import(node, RealFunction.SeluOf(node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f))),
        ["Shape"] = Constants.ImportShape,
        ["Sign"] = node => Activations.Import(node, RealFunction.Sign),
        ["Sigmoid"] = node => Activations.Import(node, (x, y) => new Logistic(x, y)),
        ["Sin"] = node => Activations.Import(node, RealFunction.Sin),
        ["Sinh"] = node => Activations.Import(node, RealFunction.Sinh),
        ["Slice"] = Parts.ImportSlice,
        ["Softmax"] = Activations.ImportSoftmax,
        ["Softplus"] = node => Activations.Import(node, RealFunction.Softplus),
        ["Softsign"] = node => Activations.Import(node, RealFunction.Softsign),
        ["SpaceToDepth"] = Blocks.ImportToDepth,
        ["Split"] = Parts.ImportSplit,
        ["Sqrt"] = node => Activations.Import(node, RealFunction.Sqrt),
        ["Squeeze"] = Shapes.ImportSqueeze,
        ["Sub"] = Elementwise.ImportSub,
        ["Sum"] = Elementwise.ImportMany((x, y) => new Add(x[0], x[1], y, FusedActivation.None)),
        ["Tan"] = node => Activations.Import(node, RealFunction.Tan),
        ["Tanh"] = node => Activations.Import(node, (x, y) => new Tanh(x, y)),
        ["ThresholdedRelu"] = node => Activations.Import(node, RealFunction.ThresholdedRelu(node.Float("alpha", 1))),
        ["Tile"] = Selection.ImportTile,
        ["Transpose"] = Shapes.ImportTranspose,
        ["Unsqueeze"] = Shapes.ImportUnsqueeze,
        ["Upsample"] = Operators.Resize.ImportUpsample,
        ["Where"] = Elementwise.ImportWhere,
    };

    /// <summary>Operators of ONNX Runtime beyond the standard.</summary>
    private static readonly Dictionary<string, Action<OnnxNode>> RuntimeRules = new()
    {
        ["DequantizeLinear"] = QuantizedOperators.ImportDequantize,
        ["QGemm"] = QuantizedOperators.Expand("Gemm", [0, 3], 7, 6),
        ["QLinearAdd"] = QuantizedOperators.Expand("Add", [0, 3], 6),
        ["QLinearMul"] = QuantizedOperators.Expand("Mul", [0, 3], 6),
        ["QLinearGlobalAveragePool"] = QuantizedOperators.Expand("GlobalAveragePool", [0], 3),
        ["QLinearLeakyRelu"] = QuantizedOperators.Expand("LeakyRelu", [0], 3),
        ["QLinearSigmoid"] = QuantizedOperators.Expand("Sigmoid", [0], 3),
        ["QuantizeLinear"] = QuantizedOperators.ImportQuantize,
    };

    /// <summary>Names of the operators of the standard that are supported.</summary>
    public static IEnumerable<string> Names => Rules.Keys.Union(Constants.Rules.Keys);

    /// <summary>Imports an operator; what is wrong with it is added to the problems of the graph.</summary>
    /// <param name="node">The operator.</param>
    public static void Import(OnnxNode node)
    {
        Dictionary<string, Action<OnnxNode>>? rules = node.Domain switch
        {
            "" or "ai.onnx" => Rules,
            "com.microsoft" => RuntimeRules,
            _ => null,
        };
        Action<OnnxNode>? rule = null;
        if (rules is null || !(rules.TryGetValue(node.Type, out rule) || Constants.Rules.ContainsKey(node.Type)))
        {
            string domain = node.Domain.Length > 0 ? $" of '{node.Domain}'" : string.Empty;
            node.Builder.Problems.Add(node.Where, $"this operator{domain} is not supported", OnnxAdvice.For(node.Type, node.Domain), ErrorCode.UnknownOperator);
        }
        else if (!node.DependsOnUnknown)
        {
            try
            {
                if (node.HasOnlyConstants && Constants.Rules.TryGetValue(node.Type, out Action<OnnxNode>? constantRule)) constantRule(node);
                else if (rule is not null) rule(node);
                else throw node.Refuse("its operands are computed; supported are constants", "Export the model with fixed shapes", ErrorCode.NotConstant);
            }
            catch (OnnxRuleException refusal)
            {
                node.Builder.Problems.Add(refusal.Problem);
            }
        }

        node.ReturnUnknown();
    }
}
