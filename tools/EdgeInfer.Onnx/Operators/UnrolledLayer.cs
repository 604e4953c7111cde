using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Import;

namespace EdgeInfer.Onnx.Operators;

/// <summary>One direction of a recurrent layer that becomes operators of its own for every step, which share their weights.</summary>
/// <param name="node">The operator.</param>
/// <param name="layer">The layer.</param>
/// <param name="direction">The direction.</param>
/// <param name="gates">Number of gates.</param>
internal abstract class UnrolledLayer(OnnxNode node, RecurrentLayer layer, int direction, int gates)
{
    /// <summary>Beyond this many steps the records of a network would be larger than a device.</summary>
    private const int MostSteps = 512;

    /// <summary>The layer.</summary>
    protected RecurrentLayer Layer { get; } = layer;

    /// <summary>The direction.</summary>
    protected int Direction { get; } = direction;

    /// <summary>What is added to the products of the inputs, for all gates.</summary>
    protected abstract float[] InputBias { get; }

    /// <summary>Refuses a layer of too many steps.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="layer">The layer.</param>
    public static void Check(OnnxNode node, RecurrentLayer layer)
    {
        if (layer.Steps > MostSteps) throw node.Refuse($"{layer.Steps} steps are not supported, at most {MostSteps}: each becomes operators of its own", "Use an LSTM, or a shorter sequence");
    }

    /// <summary>Adds the operators of all steps; the products of the inputs are one operator.</summary>
    /// <param name="input">The sequence, the first step first.</param>
    /// <returns>What comes out at every step, [steps, batch, cells].</returns>
    public GraphTensor Add(GraphTensor input)
    {
        int rows = gates * Layer.Cells;
        GraphTensor given = New("input gates", [Layer.Steps, Layer.Batch, rows]);
        node.Add(new FullyConnected(input, Constant("weights", [rows, Layer.Inputs], Layer.InputWeights(Direction, 0, gates)), Constant("input gates bias", [rows], InputBias), given, FusedActivation.None));

        GraphTensor[] hidden = new GraphTensor[Layer.Steps], parts = [.. hidden.Select((_, t) => New($"input gates {t}", [Layer.Batch, rows]))];
        node.Add(new Unstack(given, 0, parts));
        for (int t = 0; t < hidden.Length; t++) hidden[t] = Step(t, parts[t], t == 0 ? null : hidden[t - 1]);
        GraphTensor output = New("steps", [Layer.Steps, Layer.Batch, Layer.Cells]);
        node.Add(new Stack(hidden, 0, output));
        return output;
    }

    /// <summary>Adds the operators of one step.</summary>
    /// <param name="t">The step.</param>
    /// <param name="given">Products of its inputs, [batch, gates * cells].</param>
    /// <param name="state">The hidden state before it; null for zeros.</param>
    /// <returns>The hidden state behind it, [batch, cells].</returns>
    protected abstract GraphTensor Step(int t, GraphTensor given, GraphTensor? state);

    /// <summary>Multiplies a state with weights.</summary>
    /// <param name="state">The state.</param>
    /// <param name="weights">The weights, [rows, cells].</param>
    /// <param name="bias">What is added; null for nothing.</param>
    /// <param name="part">What the product is, for its name.</param>
    /// <returns>The product, [batch, rows].</returns>
    protected GraphTensor Product(GraphTensor state, GraphTensor weights, float[]? bias, string part)
    {
        GraphTensor output = New(part, [Layer.Batch, weights.Shape[0]]);
        return Join(new FullyConnected(state, weights, bias is null ? null : Constant($"{part} bias", [bias.Length], bias), output, FusedActivation.None));
    }

    /// <summary>Adds an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <returns>Its result.</returns>
    protected GraphTensor Join(Operator op)
    {
        node.Add(op);
        return op.Output;
    }

    /// <summary>Makes a tensor of this direction.</summary>
    /// <param name="part">What it is, for its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <returns>The tensor.</returns>
    protected GraphTensor New(string part, int[] shape) => node.NewPart($"{Direction} {part}", shape);

    /// <summary>Makes a constant of this direction.</summary>
    /// <param name="part">What it is, for its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="values">Its elements.</param>
    /// <returns>The constant.</returns>
    protected GraphTensor Constant(string part, int[] shape, float[] values) => node.Builder.NewConstant(node.NameOf($"{Direction} {part}"), shape, values);

    /// <summary>Makes weights that all steps share.</summary>
    /// <param name="part">What they are, for their name.</param>
    /// <param name="shape">Their dimensions.</param>
    /// <param name="values">Their elements.</param>
    /// <returns>The weights.</returns>
    protected GraphTensor Shared(string part, int[] shape, float[] values)
    {
        GraphTensor constant = Constant(part, shape, values);
        return new GraphTensor(constant.Name, constant.Type, constant.Shape) { Data = constant.Data, IsShared = true };
    }
}
