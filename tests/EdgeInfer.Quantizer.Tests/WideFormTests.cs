using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Quantizing;

namespace EdgeInfer.Quantizer.Tests;

/// <summary>What is said to have 16-bit kernels has them, and what has them is said to.</summary>
public sealed class WideFormTests
{
    private static readonly Func<Operator>[] Operators =
    [
        () => new Conv2D(Wide(1, 4, 4, 2), Weights(3, 2, 2, 2), null, Wide(1, 3, 3, 3), new Window2D(), FusedActivation.Relu),
        () => new DepthwiseConv2D(Wide(1, 4, 4, 2), Weights(1, 2, 2, 2), null, Wide(1, 3, 3, 2), new Window2D(), FusedActivation.None),
        () => new FullyConnected(Wide(1, 4), Weights(3, 4), null, Wide(1, 3), FusedActivation.None),
        () => new MaxPool2D(Wide(1, 4, 4, 2), Wide(1, 2, 2, 2), 2, 2, new Window2D(2, 2), FusedActivation.None),
        () => new AveragePool2D(Wide(1, 4, 4, 2), Wide(1, 2, 2, 2), 2, 2, new Window2D(2, 2), FusedActivation.None),
        () => new ResizeBilinear(Wide(1, 2, 2, 1), false, false, Wide(1, 4, 4, 1)),
        () => new Relu(Wide(6), Wide(6), FusedActivation.Relu),
        () => new LeakyRelu(Wide(6), Wide(6), 0.1f),
        () => new Abs(Wide(6), Wide(6)),
        () => new HardSwish(Wide(6), Wide(6)),
        () => new Rsqrt(Wide(6), Wide(6)),
        () => new ElementFunction(Wide(6), Wide(6), RealFunction.Softsign),
        () => new Logistic(Wide(6), Wide(6)),
        () => new Tanh(Wide(6), Wide(6)),
        () => new Softmax(Wide(2, 6), Wide(2, 6), 1),
        () => new LogSoftmax(Wide(2, 6), Wide(2, 6)),
        () => new L2Normalization(Wide(2, 6), Wide(2, 6)),
        () => new Mean(Wide(2, 6), [1], Wide(2)),
        () => new Sum(Wide(2, 6), [1], Wide(2)),
        () => new ReduceExtremum(Wide(2, 6), [1], Wide(2), largest: true),
        () => new Add(Wide(6), Wide(6), Wide(6), FusedActivation.None),
        () => new AddN([Wide(6), Wide(6)], Wide(6)),
        () => new Sub(Wide(6), Wide(6), Wide(6), FusedActivation.None),
        () => new Mul(Wide(6), Wide(6), Wide(6), FusedActivation.None),
        () => new Div(Wide(6), Wide(6), Wide(6), FusedActivation.None),
        () => new SquaredDifference(Wide(6), Wide(6), Wide(6)),
        () => new Extremum(Wide(6), Wide(6), Wide(6), largest: false),
        () => new Select(Wide(6), Wide(6), new GraphTensor("condition", ElementType.Bool, [6]), Wide(6)),
        () => new Prelu(Wide(2, 3), Weights(3), Wide(2, 3)),
        () => new Prelu(Wide(2, 3), Wide(3), Wide(2, 3)),
        () => new BatchMatMul(Wide(2, 3), Wide(3, 4), false, false, Wide(2, 4)),
        () => new CumulativeSum(Wide(6), 0, false, false, Wide(6)),
        () => new Reshape(Wide(2, 3), Wide(6)),
        () => new Transpose(Wide(2, 3), [1, 0], Wide(3, 2)),
        () => new Reverse(Wide(6), [0], Wide(6)),
        () => new Tile(Wide(3), [2], Wide(6)),
        () => new Slice(Wide(6), [1], [4], [1], Wide(4)),
        () => new Pad(Wide(6), [1], [1], Wide(8)),
        () => new Concatenation([Wide(2), Wide(3)], 0, Wide(5), FusedActivation.None),
        () => new Stack([Wide(2), Wide(2)], 0, Wide(2, 2)),
        () => new Split(Wide(4), 0, [Wide(2), Wide(2)]),
        () => new DepthToSpace(Wide(1, 2, 2, 4), 2, Wide(1, 4, 4, 1)),
        () => new Quantize(Wide(6), Wide(6)),
    ];

    [Fact]
    public void Operators_have_16_bit_kernels_where_they_say_so()
    {
        foreach (Operator op in Operators.Select(make => make()))
        {
            op.Output.Quantization = QuantizationGroups.FixedOutput(op, 16) ?? op.Output.Quantization;
            ProblemList problems = new();
            op.Check(problems);
            Assert.True(problems.Problems.Count == 0 == WideForm.Exists(op), $"{op.Name}: {string.Join("; ", problems.Problems)}");
        }
    }

    private static GraphTensor Wide(params int[] shape) => new("activation", ElementType.Int16, shape) { Quantization = new Quantization(1f / 4096, 0) { Bits = 16 } };

    private static GraphTensor Weights(params int[] shape) =>
        new("weights", ElementType.Int8, shape) { Data = new byte[shape.Aggregate(1, (a, b) => a * b)], Quantization = new Quantization(1f / 128, 0) };
}
