using System.Runtime.InteropServices;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;

namespace EdgeInfer.Onnx.Import;

/// <summary>The graph while it is imported: values by their names in the file, and the operators so far.</summary>
/// <param name="file">Name of the file.</param>
/// <param name="opset">Version of the standard's operators that the file uses.</param>
internal sealed class OnnxGraphBuilder(string file, int opset)
{
    private readonly Dictionary<string, OnnxValue> _values = [];
    private readonly Dictionary<(GraphTensor Tensor, string How), GraphTensor> _moved = [];
    private long _elements;

    /// <summary>Name of the file, for messages.</summary>
    public string File { get; } = file;

    /// <summary>Version of the standard's operators.</summary>
    public int Opset { get; } = opset;

    /// <summary>The graph so far.</summary>
    public ModelGraph Graph { get; } = new(file);

    /// <summary>Names that an operator or an output of the file reads.</summary>
    public IReadOnlySet<string> Read { get; init; } = new HashSet<string>();

    /// <summary>Receives what is not supported.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>Sets what a name stands for.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ConversionException">The name stands for something already.</exception>
    public void Define(string name, OnnxValue value)
    {
        if (!_values.TryAdd(name, value)) throw new ConversionException(File, $"'{name}'", "it has a value already", "The file is damaged; export it again", ErrorCode.Order);
    }

    /// <summary>What a name stands for.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The value, or null where nothing has defined it.</returns>
    public OnnxValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Makes a tensor that an operator computes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="type">Its element type: floats, truth values, or integers for indexes.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ConversionException">The tensors of the model have more elements than any device could hold.</exception>
    public GraphTensor NewTensor(string name, int[] shape, ElementType type = ElementType.Float32)
    {
        Charge(shape);
        return new GraphTensor(name, type, shape);
    }

    /// <summary>Makes a constant of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="values">Its elements.</param>
    /// <param name="quantization">The quantization that it has in the file; null for none.</param>
    /// <returns>The tensor.</returns>
    public GraphTensor NewConstant(string name, int[] shape, float[] values, Quantization? quantization = null)
    {
        Charge(shape);
        return new GraphTensor(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), Quantization = quantization };
    }

    /// <summary>Accounts for the elements of a tensor: a small file must not ask for a lot of memory.</summary>
    /// <param name="shape">Dimensions of the tensor.</param>
    public void Charge(IEnumerable<int> shape)
    {
        // Every result may be as large as a model's largest tensor, but not each of thousands of them.
        const long Most = 2L * OnnxConstant.MaximumElements;
        long count = 1;
        foreach (int dimension in shape)
        {
            count *= Math.Max(dimension, 1);
            if (count > OnnxConstant.MaximumElements) break;
        }

        _elements += count;
        if (count > OnnxConstant.MaximumElements || _elements > Most)
        {
            throw new ConversionException(File, "the graph", "its tensors have more elements than any device could hold", "Export a smaller model", ErrorCode.RuntimeLimit);
        }
    }

    /// <summary>Puts the dimensions of a value's tensor into an order, with a transposition where they are in another one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="order">For every dimension in the order of ONNX, the tensor's dimension that it shall be.</param>
    /// <param name="label">Where the operator that needs it stands in the file.</param>
    /// <returns>A tensor in that order.</returns>
    public GraphTensor InOrder(OnnxActivation value, int[] order, string label)
    {
        value = Shaped(value, label, order);
        if (value.Order.SequenceEqual(order)) return value.Tensor;

        int[] shape = new int[order.Length], permutation = new int[order.Length];
        for (int d = 0; d < order.Length; d++)
        {
            shape[order[d]] = value.Shape[d];
            permutation[order[d]] = value.Order[d];
        }

        int[] moved = [.. permutation.Where(d => value.Tensor.Shape[d] != 1)];
        if (moved.SequenceEqual(moved.Order())) return Reshape(value.Tensor, shape, label);

        return Moved(value.Tensor, permutation, label);
    }

    /// <summary>
    /// Carries out the reshape that a value still waits for. Dimensions of one element come and go, and dimensions are divided, without any element being
    /// moved; so are dimensions joined that lie beside each other. Others are moved beside each other first.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="label">Where the operator that needs it stands in the file.</param>
    /// <param name="wanted">For every dimension, the tensor's dimension that it shall be where something has to be moved; null for the nearest.</param>
    /// <returns>A value that waits for nothing; its dimensions may be in any order.</returns>
    public OnnxActivation Shaped(OnnxActivation value, string label, int[]? wanted = null)
    {
        if (!value.IsReshaped) return value;
        if (value.Tensor.Count > 1 && OnnxReshape.Of(value) is { } reshape) return Joined(value, reshape, wanted, label);

        OnnxActivation image = value with { Shape = value.ImageShape };
        return new OnnxActivation(Reshape(InOrder(image, Identity(image.Rank), label), value.Shape, label));
    }

    /// <summary>Divides the dimensions of a value's tensor as the reshape needs it that the value waits for; nothing is moved.</summary>
    /// <param name="value">The value.</param>
    /// <param name="label">Where the operator that needs it stands in the file.</param>
    /// <returns>The value, still waiting, without dimensions of one element, and for every dimension that it becomes a part of which; null where the dimensions do not divide each other.</returns>
    public (OnnxActivation Value, IReadOnlyList<int> Wholes)? Divided(OnnxActivation value, string label)
    {
        if (value.Tensor.Count == 1 || OnnxReshape.Of(value) is not { } reshape) return null;

        GraphTensor tensor = Reshape(value.Tensor, reshape.StoredShape, label);
        OnnxActivation parts = new(tensor, [.. Enumerable.Range(0, reshape.Sizes.Count).Select(p => reshape.Stored.IndexOf(p))]);
        return (parts with { Shape = value.Shape }, reshape.Wholes);
    }

    /// <summary>Gives a tensor another shape.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="shape">The shape, of as many elements.</param>
    /// <param name="label">Where the operator that needs it stands in the file.</param>
    /// <param name="name">Name of the result; null for one made of the tensor's.</param>
    /// <returns>The tensor itself where it has the shape already.</returns>
    public GraphTensor Reshape(GraphTensor tensor, int[] shape, string label, string? name = null)
    {
        if (tensor.Shape.SequenceEqual(shape)) return tensor;

        string key = $"reshaped {string.Join(',', shape)}";
        if (name is null && _moved.TryGetValue((tensor, key), out GraphTensor? output)) return output;

        output = NewTensor(name ?? $"{tensor.Name} reshaped", shape, tensor.Type);
        Graph.Operators.Add(new Reshape(tensor, output) { Label = label });
        _moved.TryAdd((tensor, key), output);
        return output;
    }

    /// <summary>Joins parts to dimensions, and adds those of one element.</summary>
    private OnnxActivation Joined(OnnxActivation value, OnnxReshape reshape, int[]? wanted, string label)
    {
        int[] wholes = reshape.Arrangement(wanted), parts = [.. wholes.SelectMany(reshape.PartsOf)];
        GraphTensor tensor = parts.SequenceEqual(reshape.Stored)
            ? value.Tensor
            : Moved(Reshape(value.Tensor, reshape.StoredShape, label), [.. parts.Select(p => reshape.Stored.IndexOf(p))], label);
        int[] stored = WithUnits(wholes, value.Shape.Length);
        return new OnnxActivation(Reshape(tensor, [.. stored.Select(d => value.Shape[d])], label), [.. Enumerable.Range(0, stored.Length).Select(d => Array.IndexOf(stored, d))]);
    }

    /// <summary>
    /// Adds dimensions of one element. Channels stay last where that is possible; elsewhere such a dimension takes its place before the one that follows it, or behind
    /// the last one.
    /// </summary>
    /// <param name="present">The other dimensions in the order of the tensor.</param>
    /// <param name="rank">Number of all dimensions.</param>
    /// <returns>All dimensions in the order of the tensor.</returns>
    private static int[] WithUnits(int[] present, int rank)
    {
        int[] channelsLast = rank < 2 ? Identity(rank) : [0, .. Enumerable.Range(2, rank - 2), 1];
        if (channelsLast.Where(present.Contains).SequenceEqual(present)) return channelsLast;

        int last = present.Max();
        int Anchor(int d) => d > last ? last : Enumerable.Range(d, rank).First(present.Contains);
        return [.. Identity(rank).OrderBy(d => Array.IndexOf(present, Anchor(d))).ThenBy(d => d)];
    }

    /// <summary>Puts the dimensions of a tensor into another order; once, however many operators ask for it.</summary>
    private GraphTensor Moved(GraphTensor tensor, int[] permutation, string label)
    {
        string key = $"transposed {string.Join(',', permutation)}";
        if (_moved.TryGetValue((tensor, key), out GraphTensor? moved)) return moved;

        moved = NewTensor($"{tensor.Name} transposed", [.. permutation.Select(d => tensor.Shape[d])], tensor.Type);
        Graph.Operators.Add(new Transpose(tensor, permutation, moved) { Label = label });
        _moved.Add((tensor, key), moved);
        return moved;
    }

    /// <summary>The order of ONNX.</summary>
    /// <param name="rank">Number of dimensions.</param>
    /// <returns>0 to rank - 1.</returns>
    public static int[] Identity(int rank) => [.. Enumerable.Range(0, rank)];
}
