using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Tests.Tflite;

/// <summary>
/// A whole classifier of 16-bit activations and 8-bit weights, from its file to its probabilities: convolution, depthwise convolution, average
/// pool, matrix product, softmax. Every way to convert it gives what the oracles of its layers give one after the other.
/// </summary>
public class Int16ModelTests
{
    private const float InputScale = 0.001f, HiddenScale = 0.002f, WeightScale = 0.01f, Probability = 1f / 32768;
    private const int Size = 8, Filters = 6, Classes = 5;

    private static readonly Random Numbers = new(16);
    private static readonly int[] Convolution = Operands.Int8s(Filters * 3 * 3 * 2, Pattern.Random, Numbers);
    private static readonly int[] Depthwise = Operands.Int8s(3 * 3 * Filters, Pattern.Random, Numbers);
    private static readonly int[] Dense = Operands.Int8s(Classes * 4 * Filters, Pattern.Random, Numbers);
    private static readonly long[] Biases = [.. Enumerable.Range(0, Filters).Select(_ => Numbers.NextInt64(-300_000, 300_000))];

    [Fact]
    public void Converts_and_runs() => Check(new ConversionOptions());

    [Fact]
    public void Runs_with_weights_and_tables_that_are_read_while_it_runs() => Check(new ConversionOptions { WeightBuffer = 0 });

    [Fact]
    public void Layers_larger_than_the_weight_buffer_are_divided()
    {
        ConversionResult result = Check(new ConversionOptions { WeightBuffer = 80 });
        Assert.InRange(result.Model.Bytes.Length, 1, 80);
        Assert.True(result.Packer.MainProgram.Count(r => r.Code == OperatorCode.Conv2DInt16) > 3);
    }

    [Fact]
    public void Runs_in_bands_where_the_arena_is_limited()
    {
        int whole = Check(new ConversionOptions()).Model.ArenaBytes;
        ConversionResult result = Check(new ConversionOptions { ArenaLimit = whole * 5 / 6 });
        Assert.InRange(result.Model.ArenaBytes, 1, whole * 5 / 6);
    }

    [Fact]
    public void Weights_are_not_packed_in_the_arena()
    {
        ConversionResult result = Check(new ConversionOptions { PackWeights = true });
        Assert.DoesNotContain(result.Packer.ResetProgram, r => r.Code == OperatorCode.PackWeights);
    }

    private static ConversionResult Check(ConversionOptions options)
    {
        ConversionResult result = ModelConverter.Convert(File(), "classifier16", options);
        Interpreter interpreter = new(result.Model);
        for (int seed = 0; seed < 5; seed++)
        {
            int[] x = Operands.Int16s(Size * Size * 2, Pattern.Random, new Random(seed));
            Assert.Equal(Expected(x), GraphRunner.For(result.Blob).Run(x));
        }

        Assert.Equal(SelfTest.Passed, SelfTest.Run(interpreter));
        return result;
    }

    private static int[] Expected(int[] x)
    {
        int[] image = [1, Size, Size, Filters], half = [1, Size / 2, Size / 2, Filters];
        int[] convolved = Int16Oracle.Conv2D(new([1, Size, Size, 2], x), new([Filters, 3, 3, 2], Convolution), Biases, image, Options(1, InputScale, HiddenScale, Filters, padding: 1), wide: true);

        // A group a channel: the filters of a depthwise convolution come last in its file.
        NestedArray filters = NestedArray.Make([Filters, 3, 3, 1], o => Depthwise[(((o[1] * 3) + o[2]) * Filters) + o[0]]);
        int[] filtered = Int16Oracle.Conv2D(new(image, convolved), filters, null, half, Options(2, HiddenScale, HiddenScale, Filters, padding: 0), wide: true);
        NestedArray pooled = PoolingOracle.Run(new(half, filtered), [1, 2, 2, Filters], (2, 2), (2, 2), (0, 0), (short.MinValue, short.MaxValue), PoolingOracle.Average);
        int[] scores = Int16Oracle.Conv2D(
            new([1, 1, 1, 4 * Filters], pooled.Values), new([Classes, 1, 1, 4 * Filters], Dense), null, [1, 1, 1, Classes], Options(1, HiddenScale, HiddenScale, Classes, padding: 0, min: short.MinValue), wide: true);
        return Int16FunctionOracle.Softmax(scores, Classes, HiddenScale);
    }

    private static ConvolutionOptions Options(int stride, float input, float output, int channels, int padding, int min = 0) => new()
    {
        StrideHeight = stride,
        StrideWidth = stride,
        Top = padding,
        Left = padding,
        Min = min,
        Max = short.MaxValue,
        Scales = [.. Enumerable.Repeat(GemmlowpOracle.Quantize((double)input * WeightScale / output), channels)],
    };

    private static byte[] File()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        sbyte[] Bytes(int[] values) => [.. values.Select(v => (sbyte)v)];
        int Wide(string name, float scale, params int[] shape) => main.Add(new TfliteBuilder.Tensor { Name = name, Type = 7, Shape = shape, Scales = [scale], ZeroPoints = [0] });
        int input = Wide("input", InputScale, 1, Size, Size, 2), convolved = Wide("convolved", HiddenScale, 1, Size, Size, Filters), filtered = Wide("filtered", HiddenScale, 1, Size / 2, Size / 2, Filters);
        int pooled = Wide("pooled", HiddenScale, 1, 2, 2, Filters), scores = Wide("scores", HiddenScale, 1, Classes), output = Wide("probabilities", Probability, 1, Classes);
        int weights = main.Constant("conv", ElementType.Int8, [Filters, 3, 3, 2], Bytes(Convolution), (WeightScale, 0)), bias = main.Constant("bias", ElementType.Int64, [Filters], Biases);
        int taps = main.Constant("depthwise", ElementType.Int8, [1, 3, 3, Filters], Bytes(Depthwise), (WeightScale, 0));
        int dense = main.Constant("dense", ElementType.Int8, [Classes, 4 * Filters], Bytes(Dense), (WeightScale, 0));
        const sbyte Same = 0, Relu = 1;
        main.Add("CONV_2D", [input, weights, bias], [convolved], new TfliteBuilder.Options { [0] = Same, [1] = 1, [2] = 1, [3] = Relu }, version: 4);
        main.Add("DEPTHWISE_CONV_2D", [convolved, taps, -1], [filtered], new TfliteBuilder.Options { [0] = Same, [1] = 2, [2] = 2, [3] = 1, [4] = Relu }, version: 5);
        main.Add("AVERAGE_POOL_2D", [filtered], [pooled], new TfliteBuilder.Options { [0] = Same, [1] = 2, [2] = 2, [3] = 2, [4] = 2 }, version: 3);
        main.Add("FULLY_CONNECTED", [pooled, dense, -1], [scores], new TfliteBuilder.Options(), version: 7);
        main.Add("SOFTMAX", [scores], [output], new TfliteBuilder.Options { [0] = 1f }, version: 3);
        main.Inputs.Add(input);
        main.Outputs.Add(output);
        return builder.Build();
    }
}
