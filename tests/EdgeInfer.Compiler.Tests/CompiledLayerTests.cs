using CsCheck;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Operators;
using EdgeInfer.Tests.Oracles;

namespace EdgeInfer.Compiler.Tests;

/// <summary>Generated code computes what the definition says, and runs in place and in steps as the interpreter does.</summary>
public class CompiledLayerTests
{
    private const float InputScale = 0.05f;
    private const float OutputScale = 0.11f;

    [Fact]
    public void Convolutions_agree_with_the_definition() =>
        ConvolutionCase.Generate(maximumGroups: 1, maximumMultiplier: 9).Sample(s => { Check(s); }, iter: 120);

    [Fact]
    public void Sums_stay_in_their_lanes_where_filters_are_long()
    {
        // More taps than locals, so that they are loaded in segments; weights at the ends of their range fill the lanes soonest.
        foreach (Pattern pattern in (Pattern[])[Pattern.Random, Pattern.AllSmallest, Pattern.AllLargest, Pattern.Alternating])
        {
            Check(new ConvolutionCase([1, 3, 3, 70], (3, 3), new Window2D().WithSamePadding(3, 3, 3, 3), 1, 8, -128, 3, pattern, Pattern.Alternating, -16, 3, 5));
            Check(new ConvolutionCase([1, 1, 5, 400], (1, 1), new Window2D(), 1, 7, 127, -7, pattern, pattern, -16, 2, 6));
        }
    }

    [Fact]
    public void Matrix_products_agree_with_the_definition() =>
        (from batches in Gen.Int[1, 3]
         from depth in Gen.Frequency((4, Gen.Int[1, 70]), (1, Gen.Int[200, 600]))
         from channels in Gen.Int[1, 14]
         from zeroPoints in Gen.Select(Operands.ZeroPoints, Gen.Frequency((3, Gen.Const(0)), (1, Operands.ZeroPoints)), Operands.ZeroPoints)
         from patterns in Gen.Select(Operands.Patterns, Operands.Patterns)
         from exponent in Gen.Int[-20, 0]
         from activation in Gen.Int[0, 3]
         from seed in Gen.Int
         select (batches, depth, channels, zeroPoints, patterns, exponent, activation, seed))
        .Sample(
            s =>
            {
                Random random = new(s.seed);
                int[] x = Operands.Int8s(s.batches * s.depth, s.patterns.Item1, random), w = Operands.Int8s(s.channels * s.depth, s.patterns.Item2, random);
                FullyConnected Create() => new(
                    Operands.Activation("input", [s.batches, s.depth], InputScale, s.zeroPoints.Item1),
                    new GraphTensor("weights", ElementType.Int8, [s.channels, s.depth])
                    {
                        Data = [.. w.Select(v => (byte)v)],
                        Quantization = new Quantization((float)Math.ScaleB(1, s.exponent), s.zeroPoints.Item2),
                    },
                    null,
                    Operands.Activation("output", [s.batches, s.channels], OutputScale, s.zeroPoints.Item3),
                    (FusedActivation)s.activation);
                CompareWithInterpreter(CompiledGraph.Of(Create), x);
            },
            iter: 120);

    [Fact]
    public void A_depthwise_convolution_of_one_channel_is_compiled_too()
    {
        Random random = new(3);
        int[] w = Operands.Int8s(4 * 3 * 6, Pattern.Random, random);
        DepthwiseConv2D Create() => new(
            Operands.Activation("input", [1, 9, 8, 1], InputScale, 4),
            Operands.Weights([1, 4, 3, 6], w, [.. Enumerable.Range(1, 6).Select(i => i / 700f)], axis: 3),
            null,
            Operands.Activation("output", [1, 5, 4, 6], OutputScale, -128),
            new Window2D(2, 2).WithSamePadding(9, 8, 4, 3),
            FusedActivation.Relu);
        CompareWithInterpreter(CompiledGraph.Of(Create), Operands.Int8s(72, Pattern.Random, random));
    }

    [Fact]
    public void An_output_takes_the_place_of_its_input_where_it_may()
    {
        ConvolutionCase sample = new([2, 7, 5, 20], (1, 1), new Window2D(), 1, 17, -3, 5, Pattern.Random, Pattern.Random, -9, 3, 7);
        Interpreter interpreter = new(Check(sample).Load());
        Assert.Equal(interpreter.Input(0).Offset, interpreter.Output(0).Offset);
    }

    [Fact]
    public void What_cannot_be_anything_else_is_a_constant()
    {
        // Without weights an output is its bias: 40 * 0.5 + 3, and the clamp's end.
        CompiledGraph graph = CompiledGraph.Of(() => new FullyConnected(
            Operands.Activation("input", [1, 5], 1, 0), Operands.Weights([2, 5], new int[10], [0.5f]), Operands.Bias([40, 9000]), Operands.Activation("output", [1, 2], 1, 3), FusedActivation.None));
        CompareWithInterpreter(graph, [1, 2, 3, 4, 5]);
        Interpreter interpreter = new(graph.Load());
        interpreter.Invoke();
        Assert.Equal([23, 127], new[] { interpreter.Output(0)[0], interpreter.Output(0)[1] });
    }

    [Fact]
    public void Weights_of_4_bits_become_code_like_others()
    {
        CompiledGraph graph = Check(new ConvolutionCase([1, 4, 5, 9], (3, 3), new Window2D().WithSamePadding(4, 5, 3, 3), 1, 6, -3, 5, Pattern.Random, Pattern.Random, -9, 3, 7), ElementType.Int4);
        Assert.Equal(OperatorCode.Conv2DInt4, Assert.Single(graph.Interpreted.Packer.MainProgram).Code);
        Assert.Equal(OperatorCode.Compiled, Assert.Single(graph.Code.Conversion.Packer.MainProgram).Code);
    }

    [Fact]
    public void Layers_of_16_bit_activations_stay_interpreted() => Assert.Null(CompiledGraph.Of(() => new FullyConnected(
        Operands.Wide("input", [1, 2], 1), Operands.Weights([3, 2], [1, 2, 3, 4, 5, 6], [1]), null, Operands.Wide("output", [1, 3], 1), FusedActivation.None)).Generated);

    private static CompiledGraph Check(ConvolutionCase sample, ElementType type = ElementType.Int8)
    {
        Random random = sample.NewRandom();
        int depth = sample.Input[3], filters = sample.Multiplier;
        int[] shape = [filters, sample.Filter.Height, sample.Filter.Width, depth];
        int[] x = Operands.Int8s(sample.Input.Aggregate(1, (a, b) => a * b), sample.InputPattern, random);
        int[] w = Operands.Weights(filters * shape[1] * shape[2] * depth, sample.WeightPattern, random, type);
        int[]? bias = sample.BiasValues(filters, random);
        float[] scales = sample.WeightScales(filters, shape[1] * shape[2] * depth, random);
        CompiledGraph graph = CompiledGraph.Of(() => new Conv2D(
            sample.InputTensor(), Operands.Weights(shape, w, scales, type: type), Operands.Bias(bias), sample.OutputTensor(filters), sample.Window, sample.Activation));
        CompareWithInterpreter(graph, x);
        if (graph.Generated is not null) Assert.Equal(Conv2DOracle.Run(x, sample.Input, w, shape, bias, sample.OutputShape(filters), sample.Options(scales, filters)), Run(graph.Load(), x));
        return graph;
    }

    private static void CompareWithInterpreter(CompiledGraph graph, int[] x)
    {
        // What does not fit generated code stays interpreted.
        if (graph.Generated is null) return;

        Model model = graph.Load();
        int[] expected = Run(graph.Interpreted.Model, x);
        Assert.Equal(expected, Run(model, x));
        Assert.Equal(expected, Run(model, x, budget: 1));
    }

    private static int[] Run(Model model, int[] x, int budget = int.MaxValue)
    {
        Interpreter interpreter = new(model);
        EdgeInfer.Tests.ArenaGarbage.Scatter(interpreter, 9);
        for (int i = 0; i < x.Length; i++) interpreter.Input(0)[i] = x[i];
        while (!interpreter.Step(budget))
        {
        }

        Tensor output = interpreter.Output(0);
        return [.. Enumerable.Range(0, output.Count).Select(i => output[i])];
    }
}
