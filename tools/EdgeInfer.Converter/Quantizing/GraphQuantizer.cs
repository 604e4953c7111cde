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
    /// <summary>Sums of 64 bits stay within 2^47, their bias within half of that.</summary>
    private const double LargestWideBias = 1L << 46;

    private readonly ModelGraph _graph;
    private readonly Dictionary<GraphTensor, GraphTensor> _tensors = [];
    private readonly Dictionary<GraphTensor, GraphTensor> _wideConstants = [];
    private readonly Dictionary<(GraphTensor, ElementType, float, int), GraphTensor> _requantized = [];
    private readonly HashSet<GraphTensor> _states = [];
    private readonly ProblemList _problems = new();

    private GraphQuantizer(ModelGraph source)
    {
        _graph = new ModelGraph(source.Name);
        foreach (GraphTensor exact in source.Operators.SelectMany(op => op.Outputs).Where(t => t.Type is ElementType.Bool or ElementType.Int32)) _tensors.TryAdd(exact, new GraphTensor(exact.Name, exact.Type, exact.Shape));
        foreach (List<GraphTensor> group in QuantizationGroups.Of(source))
        {
            Quantization? quantization = group.Find(t => t.Quantization is not null)?.Quantization;
            foreach (GraphTensor tensor in group)
            {
                if (quantization is null) _problems.Add($"tensor '{tensor.Name}'", "it has no quantization", "Quantize the model with sample data: edgeinfer quantize MODEL --data FOLDER", ErrorCode.FloatModel);
                _tensors.Add(tensor, Integers(tensor.Name, tensor.Shape, tensor.Quantization ?? quantization ?? new Quantization(1, 0)));
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
        foreach (GraphTensor input in source.Inputs.Where(t => !quantizer._tensors.ContainsKey(t))) quantizer._problems.Add($"input '{input.Name}'", $"it is {input.Type}; what is quantized are floats", "Compute it from floats within the model", ErrorCode.Port);
        if (source.Outputs.Count == 0) quantizer._problems.Add("the model", "it has no outputs", "Export it with what it is to give", ErrorCode.Port);
        quantizer._problems.ThrowIfAny(source.Name);
        quantizer._graph.Inputs.AddRange(source.Inputs.Select(t => quantizer._tensors[t]));
        foreach (Operator op in source.Operators) quantizer.Add(op);
        foreach (GraphTensor output in source.Outputs.Where(t => t.IsConstant || t.IsVariable)) quantizer._problems.Add($"output '{output.Name}'", $"it is a {(output.IsConstant ? "constant" : "state")}", "Leave it out of the model", ErrorCode.Port);
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
        source.CheckSize();
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
        if (op.Outputs.Any(t => t.IsVariable) || op.Inputs.Where((t, i) => t is { IsVariable: true } && !IsState(op, i)).Any() || !HasTypes(op))
        {
            _problems.Add(op, $"{op.Name} of floats cannot be quantized here", "Quantize the model with the TFLite converter (full integer quantization) and convert that", ErrorCode.FloatModel);
            return;
        }

        bool isWide = op is not Operators.Quantize && WideForm.IsUsed(op);
        if (isWide && !WideForm.Exists(op))
        {
            _problems.Add(op, $"there is no {op.Name} of 16-bit activations", "Quantize its inputs and outputs to 8 bits", ErrorCode.Quantization);
            return;
        }

        GraphTensor[] outputs = [.. op.Outputs.Select(t => _tensors[t])];
        GraphTensor wanted = outputs[0];
        if (wanted.Quantization is { } asked)
        {
            Quantization own = QuantizationGroups.FixedOutput(op, isWide ? 16 : 8) ?? (isWide ? UniformQuantizer.Widened(asked) : asked);
            if (!own.IsSameAs(asked)) outputs[0] = Integers($"{wanted.Name} before scaling", wanted.Shape, own);
        }

        if (Operands(op, outputs[0], isWide) is not { } inputs) return;
        _graph.Operators.Add(Integer(op, inputs, outputs));
        if (outputs[0] != wanted) _graph.Operators.Add(new Quantize(outputs[0], wanted) { Label = op.Label });
    }

    private GraphTensor?[]? Operands(Operator op, GraphTensor output, bool isWide)
    {
        if (op is UnidirectionalSequenceLstm lstm) return OfLstm(lstm, output, isWide);
        if (op is Svdf filter) return OfSvdf(filter);
        if (FloatGraph.WeightsOf(op) is { } weighted) return OfWeighted(op, weighted.Weights, weighted.Axis, isWide);
        if (op is Operators.Quantize) return [Operand(op.Input)];

        GraphTensor?[] inputs = new GraphTensor?[op.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            GraphTensor? input = op.Inputs[i];
            if (input is null) continue;
            if (input.Type != ElementType.Float32) inputs[i] = Operand(input);
            else if (!QuantizationGroups.SharesScale(op)) inputs[i] = op is Prelu && i == 1 ? Operand(input) : Operand(input, op, isWide);
            else if (input.IsConstant) inputs[i] = UniformQuantizer.ToIntegers(input, output.Quantization!);
            else inputs[i] = Requantize(Operand(input), output.Quantization!, op);
        }

        return inputs;
    }

    private static GraphTensor Integers(string name, int[] shape, Quantization quantization) => new(name, UniformQuantizer.TypeOf(quantization), shape) { Quantization = quantization };

    private static Operator Integer(Operator op, GraphTensor?[] inputs, GraphTensor[] outputs) => op switch
    {
        // These two keep what they work out from the scale of their input.
        Logistic => new Logistic(inputs[0]!, outputs[0]) { Label = op.Label },
        Tanh => new Tanh(inputs[0]!, outputs[0]) { Label = op.Label },
        Pad { Value: not 0 } pad => new Pad(inputs[0]!, [.. pad.Before], [.. pad.After], outputs[0], UniformQuantizer.ToInteger(BitConverter.Int32BitsToSingle(pad.Value), outputs[0].Quantization!)) { Label = op.Label },
        _ => op.With(inputs, outputs),
    };

    /// <summary>Comparisons give truth values, which choices and logic take; a search for the largest number gives indexes. Both may be moved, and be outputs.</summary>
    private static bool HasTypes(Operator op)
    {
        ElementType first = op.Inputs.FirstOrDefault()?.Type ?? ElementType.Float32;
        return op switch
        {
            Select => Are(op.Inputs.Take(2), ElementType.Float32) && Are(op.Inputs.Skip(2), ElementType.Bool) && Are(op.Outputs, ElementType.Float32),
            Comparison => Are(op.Inputs, ElementType.Float32) && Are(op.Outputs, ElementType.Bool),
            Logical or LogicalNot => Are(op.Inputs, ElementType.Bool) && Are(op.Outputs, ElementType.Bool),
            ArgMax => Are(op.Inputs, ElementType.Float32) && Are(op.Outputs, ElementType.Int32),
            Cast => Are(op.Inputs, ElementType.Bool) && Are(op.Outputs, ElementType.Int32),
            Reshape or Transpose when first is ElementType.Bool or ElementType.Int32 => Are(op.Inputs, first) && Are(op.Outputs, first),
            _ => Are(op.Inputs, ElementType.Float32) && Are(op.Outputs, ElementType.Float32),
        };
    }

    /// <summary>Tells whether an operand is what an operator remembers; nothing else may be a state.</summary>
    private static bool IsState(Operator op, int position) => op switch
    {
        Svdf => position == 4,
        UnidirectionalSequenceLstm => position is 13 or 14,
        _ => false,
    };

    /// <summary>Every state belongs to one operator.</summary>
    private bool Own(Operator op, GraphTensor state) => _problems.Demand(_states.Add(state), op, $"its state '{state.Name}' is that of another operator, too", "Give every layer a state of its own");

    private static bool Are(IEnumerable<GraphTensor?> tensors, ElementType type) => tensors.All(t => t is null || t.Type == type);

    /// <summary>An operand in the width in which an operator computes.</summary>
    private GraphTensor Operand(GraphTensor tensor, Operator op, bool isWide)
    {
        GraphTensor operand = Operand(tensor, isWide);
        return isWide ? Requantize(operand, UniformQuantizer.Widened(operand.Quantization!), op) : operand;
    }

    /// <summary>An operand as it is stored; a constant is stored as it is read.</summary>
    private GraphTensor Operand(GraphTensor tensor, bool isWide = false)
    {
        if (_tensors.TryGetValue(tensor, out GraphTensor? known)) return known;
        if (tensor.Type != ElementType.Float32) return tensor;
        if (isWide && _wideConstants.TryGetValue(tensor, out known)) return known;

        ReadOnlySpan<float> values = tensor.Floats();
        float min = 0, max = 0;
        foreach (float value in values) (min, max) = (Math.Min(min, value), Math.Max(max, value));
        Quantization quantization = tensor.Quantization is { } own && (isWide || own.Bits <= 8) ? own : UniformQuantizer.ForActivation(min, max, bits: isWide ? 16 : 8);
        GraphTensor constant = UniformQuantizer.ToIntegers(tensor, isWide ? UniformQuantizer.Widened(quantization) : quantization);
        (isWide ? _wideConstants : _tensors).Add(tensor, constant);
        return constant;
    }

    private GraphTensor Requantize(GraphTensor tensor, Quantization quantization, Operator op)
    {
        if (tensor.Quantization!.IsSameAs(quantization)) return tensor;
        (GraphTensor, ElementType, float, int) key = (tensor, UniformQuantizer.TypeOf(quantization), quantization.Scale, quantization.ZeroPoint);
        if (_requantized.TryGetValue(key, out GraphTensor? known)) return known;

        GraphTensor result = Integers($"{tensor.Name} for {op.Output.Name}", tensor.Shape, quantization);
        _graph.Operators.Add(new Quantize(tensor, result) { Label = op.Label });
        _requantized.Add(key, result);
        return result;
    }

    private GraphTensor?[]? OfWeighted(Operator op, GraphTensor weights, int axis, bool isWide)
    {
        if (!weights.IsConstant || op.Inputs[2] is { IsConstant: false })
        {
            _problems.Add(op, $"its weights '{weights.Name}' or its bias are computed; only constants are supported", code: ErrorCode.NotConstant);
            return null;
        }

        Quantization? quantization = weights.Quantization;
        if (!_problems.Demand(quantization is not { Bits: 16 }, op, $"its weights '{weights.Name}' have 16 bits; only activations may", "Quantize weights to int8", ErrorCode.Quantization)) return null;

        // Kernels of 16-bit activations read weights of 8 bits; those of 4 are such, too.
        if (isWide && quantization is { Bits: 4 }) quantization = quantization with { Bits = 8 };

        GraphTensor input = Operand(op.Input, op, isWide);
        if (!weights.IsShared || !_tensors.TryGetValue(weights, out GraphTensor? integers))
        {
            integers = UniformQuantizer.ToIntegers(weights, quantization ?? UniformQuantizer.ForWeights(weights, axis, perChannel: true));
            if (weights.IsShared) _tensors.Add(weights, integers);
        }

        return [input, integers, op.Inputs[2] is { } bias ? Bias(op, bias, input, integers, isWide) : null];
    }

    /// <summary>
    /// Weights have a scale a tensor, biases those of the input's products, the hidden state is what comes out, and the cell has 16 bits (operator_property.cc of
    /// TensorFlow Lite, UNIDIRECTIONAL_SEQUENCE_LSTM).
    /// </summary>
    private GraphTensor?[]? OfLstm(UnidirectionalSequenceLstm op, GraphTensor output, bool isWide)
    {
        if (!(Own(op, op.HiddenState) && Own(op, op.CellState))) return null;

        GraphTensor input = Operand(op.Input, op, isWide);
        GraphTensor?[] inputs = [.. op.Inputs];
        inputs[0] = input;
        for (int gate = 0; gate < UnidirectionalSequenceLstm.GateCount; gate++)
        {
            (int x, int h, int b) = (1 + gate, 5 + gate, 9 + gate);
            if (!_problems.Demand(inputs[x]!.IsConstant && inputs[h]!.IsConstant && inputs[b]!.IsConstant, op, "its weights or biases are computed; only constants are supported", code: ErrorCode.NotConstant)) return null;
            inputs[x] = UniformQuantizer.ToIntegers(inputs[x]!, UniformQuantizer.ForWeights(inputs[x]!, 0, perChannel: false));
            inputs[h] = UniformQuantizer.ToIntegers(inputs[h]!, UniformQuantizer.ForWeights(inputs[h]!, 0, perChannel: false));
            inputs[b] = Bias(op, inputs[b]!, input, inputs[x]!, isWide);
        }

        if (!_problems.Demand(op.CellState.Quantization is not null, op, $"its cell state '{op.CellState.Name}' has no quantization", "Quantize the model with sample data: edgeinfer quantize MODEL --data FOLDER", ErrorCode.Quantization)) return null;
        inputs[13] = State(op.HiddenState, output.Type, output.Quantization!);
        inputs[14] = State(op.CellState, ElementType.Int16, op.CellState.Quantization!);
        return inputs;
    }

    /// <summary>
    /// Weights have a scale a tensor; those of time and the state have 16 bits, and biases the scale of their products (operator_property.cc of TensorFlow Lite, SVDF).
    /// </summary>
    private GraphTensor?[]? OfSvdf(Svdf op)
    {
        if (!op.CheckForm(_problems)) return null;
        if (!_problems.Demand(op.WeightsFeature.IsConstant && op.Bias is not { IsConstant: false }, op, $"its weights '{op.WeightsFeature.Name}' or its bias are computed; only constants are supported", code: ErrorCode.NotConstant)) return null;
        GraphTensor? odd = new[] { op.WeightsFeature, op.WeightsTime, op.Bias }.FirstOrDefault(t => t is not null && t.Floats().ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        if (!_problems.Demand(odd is null, op, $"its constant '{odd?.Name}' holds something that is no number", "Train the model again, or find where it diverged")) return null;
        if (!Own(op, op.State) || !_problems.Demand(op.State.Quantization is not null, op, $"its state '{op.State.Name}' has no quantization", "Quantize the model with sample data: edgeinfer quantize MODEL --data FOLDER", ErrorCode.Quantization)) return null;

        GraphTensor state = State(op.State, ElementType.Int16, op.State.Quantization!);
        GraphTensor features = UniformQuantizer.ToIntegers(op.WeightsFeature, op.WeightsFeature.Quantization ?? UniformQuantizer.ForWeights(op.WeightsFeature, 0, perChannel: false));
        GraphTensor times = UniformQuantizer.ToIntegers(op.WeightsTime, op.WeightsTime.Quantization ?? UniformQuantizer.ForTimeWeights(op.WeightsTime));
        return [Operand(op.Input), features, times, op.Bias is null ? null : Bias(op, op.Bias, state, times, isWide: false), state];
    }

    /// <summary>A state whose elements are the real number 0 after a reset.</summary>
    private static GraphTensor State(GraphTensor state, ElementType type, Quantization quantization)
    {
        byte[]? initial = null;
        if (quantization.ZeroPoint != 0) Array.Fill(initial = new byte[state.Count], (byte)quantization.ZeroPoint);
        return new GraphTensor(state.Name, type, state.Shape) { IsVariable = true, Quantization = quantization, InitialData = initial };
    }

    /// <summary>Integers of 32 bits, or of 64 beside 16-bit activations, whose scale is the product of those of what is multiplied.</summary>
    private GraphTensor Bias(Operator op, GraphTensor bias, GraphTensor input, GraphTensor weights, bool isWide)
    {
        ReadOnlySpan<float> values = bias.Floats();
        float[] scales = weights.Quantization!.Scales;
        long[] integers = new long[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            double real = Math.Round(values[i] / ((double)input.Quantization!.Scale * scales[scales.Length == 1 ? 0 : i % scales.Length]), MidpointRounding.AwayFromZero);
            if (!(Math.Abs(real) < (isWide ? LargestWideBias : int.MaxValue))) _problems.Add(op, $"its bias of {values[i]} in channel {i} is too large for weights of scale {scales[scales.Length == 1 ? 0 : i % scales.Length]}", "Quantize with the default recipe, which scales such channels", ErrorCode.Quantization);
            integers[i] = (long)Math.Clamp(real, -LargestWideBias, LargestWideBias);
        }

        byte[] data = isWide ? MemoryMarshal.AsBytes(integers.AsSpan()).ToArray() : MemoryMarshal.AsBytes<int>(Array.ConvertAll(integers, v => (int)Math.Clamp(v, int.MinValue, int.MaxValue))).ToArray();
        return new GraphTensor(bias.Name, isWide ? ElementType.Int64 : ElementType.Int32, bias.Shape) { Data = data };
    }
}
