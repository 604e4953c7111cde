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
        ["Add"] = Elementwise.ImportAdd,
        ["AveragePool"] = Operators.Pooling.ImportAverage,
        ["BatchNormalization"] = BatchNormalization.Import,
        ["Cast"] = Activations.ImportNothing,
        ["Ceil"] = node => Activations.Import(node, RealFunction.Ceil),
        ["Clip"] = Activations.ImportClip,
        ["Concat"] = Parts.ImportConcat,
        ["Constant"] = Constants.ImportConstant,
        ["Conv"] = Convolution.Import,
        ["Cos"] = node => Activations.Import(node, RealFunction.Cos),
        ["DequantizeLinear"] = QuantizedOperators.ImportDequantize,
        ["Div"] = Elementwise.ImportDiv,
        ["Dropout"] = Activations.ImportNothing,
        ["Elu"] = node => Activations.Import(node, RealFunction.EluOf(node.Float("alpha", 1))),
        ["Exp"] = node => Activations.Import(node, RealFunction.Exp),
        ["Flatten"] = Shapes.ImportFlatten,
        ["Floor"] = node => Activations.Import(node, RealFunction.Floor),
        ["Gelu"] = node => Activations.Import(node, node.Text("approximate", "none") == "tanh" ? RealFunction.ApproximateGelu : RealFunction.Gelu),
        ["Gemm"] = MatrixProduct.ImportGemm,
        ["GlobalAveragePool"] = Operators.Pooling.ImportGlobalAverage,
        ["GlobalMaxPool"] = Operators.Pooling.ImportGlobalMax,
        ["HardSigmoid"] = node => Activations.Import(node, RealFunction.HardSigmoid(node.Float("alpha", 0.2f), node.Float("beta", 0.5f))),
        ["HardSwish"] = node => Activations.Import(node, (x, y) => new HardSwish(x, y)),
        ["Identity"] = Activations.ImportNothing,
        ["LeakyRelu"] = Activations.ImportLeakyRelu,
        ["Log"] = node => Activations.Import(node, RealFunction.Log),
        ["MatMul"] = MatrixProduct.ImportMatMul,
        ["MaxPool"] = Operators.Pooling.ImportMax,
        ["Mul"] = Elementwise.ImportMul,
        ["Neg"] = node => Activations.Import(node, RealFunction.Neg),
        ["Pad"] = Parts.ImportPad,
        ["PRelu"] = Activations.ImportPRelu,
        ["QLinearConv"] = QuantizedOperators.Expand("Conv", [0, 3], 6, 8),
        ["QLinearMatMul"] = QuantizedOperators.Expand("MatMul", [0, 3], 6, weightAxis: 1),
        ["QuantizeLinear"] = QuantizedOperators.ImportQuantize,
        ["Reciprocal"] = node => Activations.Import(node, RealFunction.Reciprocal),
        ["ReduceMean"] = Parts.ImportMean,
        ["Relu"] = node => Activations.Import(node, (x, y) => new Relu(x, y, FusedActivation.Relu)),
        ["Reshape"] = Shapes.ImportReshape,
        ["Round"] = node => Activations.Import(node, RealFunction.Round),
        ["Shape"] = Constants.ImportShape,
        ["Sign"] = node => Activations.Import(node, RealFunction.Sign),
        ["Sigmoid"] = node => Activations.Import(node, (x, y) => new Logistic(x, y)),
        ["Sin"] = node => Activations.Import(node, RealFunction.Sin),
        ["Slice"] = Parts.ImportSlice,
        ["Softmax"] = Activations.ImportSoftmax,
        ["Softplus"] = node => Activations.Import(node, RealFunction.Softplus),
        ["Softsign"] = node => Activations.Import(node, RealFunction.Softsign),
        ["Split"] = Parts.ImportSplit,
        ["Sqrt"] = node => Activations.Import(node, RealFunction.Sqrt),
        ["Squeeze"] = Shapes.ImportSqueeze,
        ["Sub"] = Elementwise.ImportSub,
        ["Tanh"] = node => Activations.Import(node, (x, y) => new Tanh(x, y)),
        ["Transpose"] = Shapes.ImportTranspose,
        ["Unsqueeze"] = Shapes.ImportUnsqueeze,
    };

    /// <summary>Operators of ONNX Runtime beyond the standard.</summary>
    private static readonly Dictionary<string, Action<OnnxNode>> RuntimeRules = new()
    {
        ["QGemm"] = QuantizedOperators.Expand("Gemm", [0, 3], 7, 6),
        ["QLinearAdd"] = QuantizedOperators.Expand("Add", [0, 3], 6),
        ["QLinearMul"] = QuantizedOperators.Expand("Mul", [0, 3], 6),
        ["QLinearGlobalAveragePool"] = QuantizedOperators.Expand("GlobalAveragePool", [0], 3),
        ["QLinearLeakyRelu"] = QuantizedOperators.Expand("LeakyRelu", [0], 3),
        ["QLinearSigmoid"] = QuantizedOperators.Expand("Sigmoid", [0], 3),
    };

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
            node.Builder.Problems.Add(node.Where, $"this operator{domain} is not supported", "Build the model from the operators of docs/onnx.md");
        }
        else if (!node.DependsOnUnknown)
        {
            try
            {
                if (node.HasOnlyConstants && Constants.Rules.TryGetValue(node.Type, out Action<OnnxNode>? constantRule)) constantRule(node);
                else if (rule is not null) rule(node);
                else throw node.Refuse("its operands are computed; supported are constants", "Export the model with fixed shapes");
            }
            catch (OnnxRuleException refusal)
            {
                node.Builder.Problems.Add(refusal.Problem.Where, refusal.Problem.What, refusal.Problem.Remedy);
            }
        }

        node.ReturnUnknown();
    }
}
