using System.Runtime.InteropServices;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Converter.Quantizing;

/// <summary>
/// Makes the graph of integers that a graph of floats asks for: every activation carries its quantization, weights may. Nothing is decided here
/// but what follows from those; calibration and the algorithms after training only change the graph of floats.
/// </summary>
public sealed class GraphQuantizer
{
    private readonly ModelGraph _graph;
    private readonly Dictionary<GraphTensor, GraphTensor> _tensors = [];
    private readonly Dictionary<(GraphTensor, Quantization), GraphTensor> _requantized = [];
    private readonly ProblemList _problems = new();

    private GraphQuantizer(ModelGraph source)
    {
        _graph = new ModelGraph(source.Name);
        foreach (GraphTensor truth in source.Operators.SelectMany(op => op.Outputs).Where(t => t.Type == ElementType.Bool)) _tensors.TryAdd(truth, new GraphTensor(truth.Name, ElementType.Bool, truth.Shape));
        foreach (List<GraphTensor> group in QuantizationGroups.Of(source))
        {
            Quantization? quantization = group.Find(t => t.Quantization is not null)?.Quantization;
            foreach (GraphTensor tensor in group)
            {
                if (quantization is null) _problems.Add($"tensor '{tensor.Name}'", "it has no quantization", "Quantize the model with sample data: edgeinfer quantize MODEL --data FOLDER", ErrorCode.FloatModel);
                _tensors.Add(tensor, new GraphTensor(tensor.Name, ElementType.Int8, tensor.Shape) { Quantization = tensor.Quantization ?? quantization });
            }
        }
    }

    /// <summary>Quantizes a graph.</summary>
    /// <param name="source">The graph of floats, which stays as it is.</param>
    /// <returns>The graph of integers; names and operators are those of the source.</returns>
    /// <exception cref="ConversionException">An activation has no quantization, or an operator cannot be quantized; every reason is listed.</exception>
    public static ModelGraph Quantize(ModelGraph source)
    {
        GraphQuantizer quantizer = new(source);
        quantizer._problems.ThrowIfAny(source.Name);
        quantizer._graph.Inputs.AddRange(source.Inputs.Select(t => quantizer._tensors[t]));
        foreach (Operator op in source.Operators) quantizer.Add(op);
        foreach (GraphTensor output in source.Outputs.Where(t => t.IsConstant)) quantizer._problems.Add($"output '{output.Name}'", "it is a constant", "Leave it out of the model", ErrorCode.Port);
        quantizer._problems.ThrowIfAny(source.Name);
        quantizer._graph.Outputs.AddRange(source.Outputs.Select(t => quantizer._tensors[t]));
        return quantizer._graph;
    }

    /// <summary>
    /// Checks shapes and rules of a graph of floats before anything is known of its ranges, by quantizing it with ranges that fit
    /// everywhere.
    /// </summary>
    /// <param name="source">The graph of floats, which stays as it is.</param>
    /// <exception cref="ConversionException">The graph cannot be quantized; every reason is listed.</exception>
    public static void Check(ModelGraph source)
    {
        GraphTensor[] open = [.. FloatGraph.Activations(source).Concat(FloatGraph.States(source)).Where(t => t.Quantization is null)];
        foreach (GraphTensor tensor in open) tensor.Quantization = new Quantization(1f / 16, 0);
        try
        {
            ModelGraph graph = Quantize(source);
            ProblemList problems = new();
            foreach (Operator op in graph.Operators) op.Check(problems);
            problems.ThrowIfAny(source.Name);
        }
        finally
        {
            foreach (GraphTensor tensor in open) tensor.Quantization = null;
        }
    }

    private void Add(Operator op)
    {
        if (op is UnidirectionalSequenceLstm lstm && lstm.Inputs.Concat(op.Outputs).All(t => t!.Type == ElementType.Float32))
        {
            AddLstm(lstm);
            return;
        }

        if (op.Inputs.Concat(op.Outputs).Any(t => t is { IsVariable: true } or { Type: not (ElementType.Float32 or ElementType.Bool) }) || !HasTypes(op) )
        {
            _problems.Add(op, $"{op.Name} of floats cannot be quantized here", "Quantize the model with the TFLite converter (full integer quantization) and convert that", ErrorCode.FloatModel);
            return;
        }

        GraphTensor[] outputs = [.. op.Outputs.Select(t => _tensors[t])];
        GraphTensor?[] inputs = FloatGraph.WeightsOf(op) is { } weighted ? Weighted(op, weighted.Weights, weighted.Axis) : [.. op.Inputs.Select(t => t is null ? null : Operand(t))];
        if (QuantizationGroups.SharesScale(op))
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                if (op.Inputs[i] is { IsConstant: true, Type: ElementType.Float32 } constant) inputs[i] = UniformQuantizer.ToIntegers(constant, outputs[0].Quantization!);
                else if (inputs[i]!.Type == ElementType.Int8) inputs[i] = Requantize(inputs[i]!, outputs[0].Quantization!, op);
            }
        }

        if (QuantizationGroups.FixedOutput(op) is { } quantization && !quantization.IsSameAs(outputs[0].Quantization))
        {
            GraphTensor wanted = outputs[0];
            outputs[0] = new GraphTensor($"{wanted.Name} before scaling", ElementType.Int8, wanted.Shape) { Quantization = quantization };
            _graph.Operators.Add(Integer(op, inputs, outputs));
            _graph.Operators.Add(new Quantize(outputs[0], wanted) { Label = op.Label });
            return;
        }

        _graph.Operators.Add(Integer(op, inputs, outputs));
    }

    private static Operator Integer(Operator op, GraphTensor?[] inputs, GraphTensor[] outputs) => op switch
    {
        // These two keep what they work out from the scale of their input.
        Logistic => new Logistic(inputs[0]!, outputs[0]) { Label = op.Label },
        Tanh => new Tanh(inputs[0]!, outputs[0]) { Label = op.Label },
        Pad { Value: not 0 } pad => new Pad(inputs[0]!, [.. pad.Before], [.. pad.After], outputs[0], UniformQuantizer.ToInteger(BitConverter.Int32BitsToSingle(pad.Value), outputs[0].Quantization!)) { Label = op.Label },
        _ => op.With(inputs, outputs),
    };

    /// <summary>Only comparisons give truth values, and only choices take them.</summary>
    private static bool HasTypes(Operator op) =>
        !op.Inputs.Where((t, i) => t is not null && t.Type == ElementType.Bool != (op is Select && i == 2)).Any()
        && op.Outputs.All(t => t.Type == ElementType.Bool == op is Comparison);

    private GraphTensor Operand(GraphTensor tensor)
    {
        if (_tensors.TryGetValue(tensor, out GraphTensor? known)) return known;
        if (tensor.Type == ElementType.Bool) return tensor;

        ReadOnlySpan<float> values = tensor.Floats();
        float min = 0, max = 0;
        foreach (float value in values) (min, max) = (Math.Min(min, value), Math.Max(max, value));
        GraphTensor constant = UniformQuantizer.ToIntegers(tensor, tensor.Quantization ?? UniformQuantizer.ForActivation(min, max));
        _tensors.Add(tensor, constant);
        return constant;
    }

    private GraphTensor Requantize(GraphTensor tensor, Quantization quantization, Operator op)
    {
        if (tensor.Quantization!.IsSameAs(quantization)) return tensor;
        if (_requantized.TryGetValue((tensor, quantization), out GraphTensor? known)) return known;

        GraphTensor result = new($"{tensor.Name} for {op.Output.Name}", ElementType.Int8, tensor.Shape) { Quantization = quantization };
        _graph.Operators.Add(new Quantize(tensor, result) { Label = op.Label });
        _requantized.Add((tensor, quantization), result);
        return result;
    }

    private GraphTensor?[] Weighted(Operator op, GraphTensor weights, int axis)
    {
        if (!weights.IsConstant || op.Inputs[2] is { IsConstant: false })
        {
            _problems.Add(op, $"its weights '{weights.Name}' or its bias are computed; only constants are supported", code: ErrorCode.NotConstant);
            return [Operand(op.Input), null, null];
        }

        GraphTensor input = Operand(op.Input);
        if (!weights.IsShared || !_tensors.TryGetValue(weights, out GraphTensor? integers))
        {
            integers = UniformQuantizer.ToIntegers(weights, weights.Quantization ?? UniformQuantizer.ForWeights(weights, axis, perChannel: true));
            if (weights.IsShared) _tensors.Add(weights, integers);
        }

        return [input, integers, op.Inputs[2] is { } bias ? Bias(op, bias, input, integers) : null];
    }

    /// <summary>
    /// Weights have a scale a tensor, biases those of the input's products, the hidden state is what comes out, and the cell has 16 bits (operator_property.cc of
    /// TensorFlow Lite, UNIDIRECTIONAL_SEQUENCE_LSTM).
    /// </summary>
    private void AddLstm(UnidirectionalSequenceLstm op)
    {
        GraphTensor input = Operand(op.Input), output = _tensors[op.Output];
        GraphTensor?[] inputs = [.. op.Inputs];
        inputs[0] = input;
        for (int gate = 0; gate < UnidirectionalSequenceLstm.GateCount; gate++)
        {
            (int x, int h, int b) = (1 + gate, 5 + gate, 9 + gate);
            if (!_problems.Demand(inputs[x]!.IsConstant && inputs[h]!.IsConstant && inputs[b]!.IsConstant, op, "its weights or biases are computed; only constants are supported", code: ErrorCode.NotConstant)) return;
            inputs[x] = UniformQuantizer.ToIntegers(inputs[x]!, UniformQuantizer.ForWeights(inputs[x]!, 0, perChannel: false));
            inputs[h] = UniformQuantizer.ToIntegers(inputs[h]!, UniformQuantizer.ForWeights(inputs[h]!, 0, perChannel: false));
            inputs[b] = Bias(op, inputs[b]!, input, inputs[x]!);
        }

        if (!_problems.Demand(op.CellState.Quantization is not null, op, $"its cell state '{op.CellState.Name}' has no quantization", "Quantize the model with sample data: edgeinfer quantize MODEL --data FOLDER", ErrorCode.Quantization)) return;
        inputs[13] = State(op.HiddenState, ElementType.Int8, output.Quantization!);
        inputs[14] = State(op.CellState, ElementType.Int16, op.CellState.Quantization!);
        _graph.Operators.Add(op.With(inputs, [output]));
    }

    /// <summary>A state whose elements are the real number 0 after a reset.</summary>
    private static GraphTensor State(GraphTensor state, ElementType type, Quantization quantization)
    {
        byte[]? initial = null;
        if (quantization.ZeroPoint != 0) Array.Fill(initial = new byte[state.Count], (byte)quantization.ZeroPoint);
        return new GraphTensor(state.Name, type, state.Shape) { IsVariable = true, Quantization = quantization, InitialData = initial };
    }

    private GraphTensor Bias(Operator op, GraphTensor bias, GraphTensor input, GraphTensor weights)
    {
        ReadOnlySpan<float> values = bias.Floats();
        float[] scales = weights.Quantization!.Scales;
        int[] integers = new int[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            double real = Math.Round(values[i] / ((double)input.Quantization!.Scale * scales[scales.Length == 1 ? 0 : i % scales.Length]), MidpointRounding.AwayFromZero);
            if (!(Math.Abs(real) < int.MaxValue)) _problems.Add(op, $"its bias of {values[i]} in channel {i} is too large for weights of scale {scales[scales.Length == 1 ? 0 : i % scales.Length]}", "Quantize with the default recipe, which scales such channels", ErrorCode.Quantization);
            integers[i] = (int)Math.Clamp(real, int.MinValue, int.MaxValue);
        }

        return new GraphTensor(bias.Name, ElementType.Int32, bias.Shape) { Data = MemoryMarshal.AsBytes(integers.AsSpan()).ToArray() };
    }
}
