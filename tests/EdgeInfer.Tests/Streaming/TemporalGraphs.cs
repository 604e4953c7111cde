using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;

namespace EdgeInfer.Tests.Streaming;

/// <summary>Windowed networks over a sequence of frames.</summary>
internal sealed class TemporalGraphs
{
    private readonly Random _random;
    private readonly bool _pads;
    private readonly ModelGraph _graph = new("random");

    private TemporalGraphs(Random random, bool pads)
    {
        _random = random;
        _pads = pads;
    }

    /// <summary>A network of three to eight layers of any kind that works along time, and a head over all that is left of it.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="pads">Whether layers may pad in time.</param>
    public static ModelGraph Make(int seed, bool pads)
    {
        TemporalGraphs network = new(new Random(seed), pads);
        return network.Make();
    }

    private ModelGraph Make()
    {
        int frames = _random.Next(12, 40), columns = _random.Next(1, 6), channels = _random.Next(1, 5), kind = _random.Next(3);
        GraphTensor input = Operands.Activation("frames", kind == 0 ? [1, frames * columns * channels] : [1, frames, columns, channels], 0.1f, -7);
        _graph.Inputs.Add(input);
        GraphTensor x = input;
        if (kind == 0)
        {
            x = Tensor("image", [1, frames, columns, channels]);
            _graph.Operators.Add(new Reshape(input, x) { Label = "image" });
        }
        else if (kind == 1 && columns > 1)
        {
            // Time along the columns: channels first in the source.
            x = Tensor("turned", [1, columns, frames, channels]);
            _graph.Operators.Add(new Transpose(input, [0, 2, 1, 3], x));
        }

        int time = x.Shape[1] == frames ? 1 : 2;
        GraphTensor? branch = null;
        for (int layers = _random.Next(3, 9); layers > 0 && x.Shape[time] > 3; layers--)
        {
            x = Layer(x, time, branch);
            if (_random.Next(3) == 0) branch = x;
        }

        Head(x, time);
        for (int i = 0; i < _graph.Operators.Count; i++) _graph.Operators[i].Label = $"{_graph.Operators[i].Name} (operator {i})";
        return _graph;
    }

    private GraphTensor Layer(GraphTensor x, int time, GraphTensor? branch)
    {
        int filter = _random.Next(1, 4), stride = x.Shape[time] > 10 ? _random.Next(1, 3) : 1, dilation = x.Shape[time] > 8 && stride == 1 ? _random.Next(1, 3) : 1;
        bool twin = branch is not null && branch.Shape.SequenceEqual(x.Shape);
        switch (twin ? _random.Next(12) : _random.Next(10))
        {
            case 0 or 1 or 2:
                int outputs = _random.Next(1, 6);
                Window2D window = Window(x, time, filter, stride, dilation);
                GraphTensor convolved = Tensor("convolved", [1, window.OutputHeight(x.Shape[1], Height(time, filter)), window.OutputWidth(x.Shape[2], Width(time, filter)), outputs]);
                return Add(new Conv2D(x, Weights([outputs, Height(time, filter), Width(time, filter), x.Shape[3]], 0), null, convolved, window, FusedActivation.None));
            case 3 or 4:
                Window2D filtering = Window(x, time, filter, stride, dilation);
                GraphTensor filtered = Tensor("filtered", [1, filtering.OutputHeight(x.Shape[1], Height(time, filter)), filtering.OutputWidth(x.Shape[2], Width(time, filter)), x.Shape[3]]);
                return Add(new DepthwiseConv2D(x, Weights([1, Height(time, filter), Width(time, filter), x.Shape[3]], 3), null, filtered, filtering, FusedActivation.Relu));
            case 5:
                Window2D pooling = Window(x, time, filter, stride, 1);
                GraphTensor pooled = Tensor("pooled", [1, pooling.OutputHeight(x.Shape[1], Height(time, filter)), pooling.OutputWidth(x.Shape[2], Width(time, filter)), x.Shape[3]]);
                return Add(_random.Next(2) == 0
                    ? new MaxPool2D(x, pooled, Height(time, filter), Width(time, filter), pooling, FusedActivation.None)
                    : new AveragePool2D(x, pooled, Height(time, filter), Width(time, filter), pooling, FusedActivation.None));
            case 6:
                return Add(new LeakyRelu(x, Tensor("leaky", x.Shape), 0.25f));
            case 7:
                GraphTensor constant = Operands.Activation("constant", [1, 1, 1, x.Shape[3]], 0.1f, 1);
                constant.Data = [.. Operands.Int8s(constant.Count, Pattern.Random, _random).Select(v => (byte)v)];
                return Add(new Mul(x, constant, Tensor("scaled", x.Shape), FusedActivation.None));
            case 8:
                return Pad(x, time);
            case 9:
                return Cut(x, time);
            case 10:
                return Add(new Add(branch!, x, Tensor("sum", x.Shape), FusedActivation.None));
            default:
                return Add(new Concatenation([x, branch!], 3, Tensor("joined", [1, x.Shape[1], x.Shape[2], 2 * x.Shape[3]]), FusedActivation.None));
        }
    }

    private void Head(GraphTensor x, int time)
    {
        GraphTensor scores = Tensor("scores", [1, 3]);
        switch (_random.Next(5))
        {
            case 0:
                GraphTensor flat = Tensor("flat", [1, x.Count]);
                Add(new Reshape(x, flat));
                Add(new FullyConnected(flat, Weights([3, x.Count], 0), null, scores, FusedActivation.None));
                break;
            case 1:
                GraphTensor mean = Tensor("mean", [1, x.Shape[3]]);
                Add(new Mean(x, [1, 2], mean));
                Add(new FullyConnected(mean, Weights([3, mean.Count], 0), null, scores, FusedActivation.None));
                break;
            case 2:
                GraphTensor pooled = Tensor("pooled", [1, 1, 1, x.Shape[3]]);
                Add(new AveragePool2D(x, pooled, x.Shape[1], x.Shape[2], new Window2D(x.Shape[1], x.Shape[2]), FusedActivation.None));
                Add(new FullyConnected(pooled, Weights([3, pooled.Count], 0), null, scores, FusedActivation.None));
                break;
            case 3:
                int[] begin = [0, 0, 0, 0], sizes = [.. x.Shape];
                begin[time] = x.Shape[time] - 1;
                sizes[time] = 1;
                GraphTensor last = Tensor("last", sizes);
                Add(new Slice(x, begin, sizes, [1, 1, 1, 1], last));
                Add(new FullyConnected(last, Weights([3, last.Count], 0), null, scores, FusedActivation.None));
                break;
            default:
                scores = x;
                break;
        }

        _graph.Outputs.Add(scores);
    }

    private GraphTensor Pad(GraphTensor x, int time)
    {
        if (!_pads) return x;

        int[] before = [0, 0, 0, 0], after = [0, 0, 0, 0], shape = [.. x.Shape];
        before[time] = _random.Next(1, 4);
        after[time] = _random.Next(2);
        shape[time] += before[time] + after[time];
        return Add(new Pad(x, before, after, Tensor("padded", shape)));
    }

    private GraphTensor Cut(GraphTensor x, int time)
    {
        int[] begin = [0, 0, 0, 0], shape = [.. x.Shape];
        begin[time] = _random.Next(0, 3);
        shape[time] -= begin[time] + _random.Next(0, 2);
        return shape[time] < 1 ? x : Add(new Slice(x, begin, shape, [1, 1, 1, 1], Tensor("cut", shape)));
    }

    private Window2D Window(GraphTensor x, int time, int filter, int stride, int dilation)
    {
        Window2D window = time == 1 ? new Window2D(stride, 1, dilation) : new Window2D(1, stride, 1, dilation);
        bool pads = _pads && _random.Next(2) == 0;
        return pads || x.Shape[time] <= filter * dilation ? Same() : window;

        Window2D Same() => _pads ? window.WithSamePadding(x.Shape[1], x.Shape[2], Height(time, filter), Width(time, filter)) : new Window2D();
    }

    /// <summary>Filters are one wide across time, so that they fit any image.</summary>
    private static int Height(int time, int filter) => time == 1 ? filter : 1;

    private static int Width(int time, int filter) => time == 2 ? filter : 1;

    private GraphTensor Add(Operator op)
    {
        _graph.Operators.Add(op);
        return op.Output;
    }

    private GraphTensor Weights(int[] shape, int axis) =>
        Operands.Weights(shape, Operands.Int8s(shape.Aggregate(1, (a, b) => a * b), Pattern.Random, _random), [.. Enumerable.Range(0, shape[axis]).Select(i => 0.01f + (0.0001f * i))], axis);

    private static GraphTensor Tensor(string name, int[] shape) => Operands.Activation(name, shape, 0.1f, 3);
}
