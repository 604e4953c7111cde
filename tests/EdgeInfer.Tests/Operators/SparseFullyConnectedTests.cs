using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Tests.Runtime;
using EdgeInfer.Tests.Verification;
using Layout = EdgeInfer.Kernels.SparseFullyConnected;

namespace EdgeInfer.Tests.Operators;

/// <summary>Matrix products of which blocks without weights are left out.</summary>
public class SparseFullyConnectedTests
{
    [Theory]
    [InlineData(1, 64, 8, 0.2, 0, false)]
    [InlineData(3, 50, 300, 0.1, 0, true)]
    [InlineData(2, 33, 600, 0.01, 0, false)]
    [InlineData(1, 16, 5, 0.0, 0, true)]
    [InlineData(2, 129, 40, 0.4, 7, false)]
    public void Equals_the_product_of_all_weights(int batches, int depth, int channels, double density, int zeroPoint, bool perChannel)
    {
        Random random = new(depth);
        int[] x = Operands.Int8s(batches * depth, Pattern.Random, random), weights = Weights(depth, channels, density, zeroPoint, random);
        GraphRunner runner = GraphRunner.For(Product(batches, depth, channels, weights, zeroPoint, perChannel));
        Assert.Equal(OperatorCode.SparseFullyConnected, Assert.Single(runner.Result.Packer.MainProgram).Code);
        Assert.True(runner.Result.Packer.Constants.Bytes.Count <= weights.Length, "the lists are larger than the matrix");

        ConversionOptions whole = new() { PackWeights = true, SelfTestFrames = 0 };
        Interpreter expected = new(ModelConverter.Convert(GraphRunner.GraphOf(Product(batches, depth, channels, weights, zeroPoint, perChannel)), new byte[32], whole).Model);
        for (int i = 0; i < x.Length; i++) expected.Input(0)[i] = x[i];
        expected.Invoke();
        Assert.Equal(Frames.ReadOutputs(expected), runner.Run(x));
        Assert.Equal(Frames.ReadOutputs(expected), runner.RunInSteps(x));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.95)]
    public void A_matrix_with_few_zeros_is_stored_whole(double density)
    {
        GraphRunner runner = GraphRunner.For(Product(1, 640, 64, Weights(640, 64, density, 0, new Random(1)), 0, false));
        Assert.Equal(OperatorCode.FullyConnected, Assert.Single(runner.Result.Packer.MainProgram).Code);
    }

    [Fact]
    public void Weights_from_storage_are_stored_whole()
    {
        Operator product = Product(1, 64, 8, Weights(64, 8, 0.2, 0, new Random(1)), 0, false);
        ConversionResult result = ModelConverter.Convert(GraphRunner.GraphOf(product), new byte[32], new ConversionOptions { WeightBuffer = 0 });
        Assert.Contains(result.Packer.MainProgram, r => r.Code == OperatorCode.FullyConnected);
    }

    [Fact]
    public void Lists_that_lead_astray_are_refused()
    {
        byte[] blob = GraphRunner.Convert(GraphRunner.GraphOf(Product(1, 64, 8, Weights(64, 8, 0.3, 0, new Random(1)), 0, false))).Blob;
        int refused = 0;
        for (int position = 0; position < new BlobEditor(blob)[new BlobEditor(blob).MainProgram[0] + Layout.Length]; position++)
        {
            foreach (byte value in (byte[])[0, 7, 9, Layout.End - 1, Layout.End])
            {
                BlobEditor editor = new(blob);
                editor.Bytes[editor[editor.MainProgram[0] + Layout.Weights] + position] = value;
                try
                {
                    new Interpreter(Model.Load(editor.Seal())).Invoke();
                }
                catch (BlobException e)
                {
                    Assert.Equal("weights", e.Field);
                    refused++;
                }
            }
        }

        Assert.True(refused > 0);
        BlobEditor starts = new(blob);
        starts[starts[starts.MainProgram[0] + Layout.Starts]] = 1;
        Verification.Refusal.Expect(starts, "(SparseFullyConnected)", "weights", reason: "lead beyond");
        BlobEditor length = new(blob);
        length[length.MainProgram[0] + Layout.Length]--;
        Verification.Refusal.Expect(length, "(SparseFullyConnected)", "weights", reason: "lead beyond");

        // A second block for the same output would be work that the record does not declare.
        BlobEditor twice = new(blob);
        int second = twice[twice.MainProgram[0] + Layout.Weights] + Layout.BlockBytes;
        Assert.InRange(twice.Bytes[second], 1, Layout.End - 1);
        twice.Bytes[second] = 0;
        Verification.Refusal.Expect(twice, "(SparseFullyConnected)", "weights", reason: "to one output twice");
    }

    private static int[] Weights(int depth, int channels, double density, int zeroPoint, Random random)
    {
        int[] weights = Operands.Int8s(depth * channels, Pattern.Random, random);
        for (int row = 0; row < channels; row++)
        {
            for (int column = 0; column < depth; column += Layout.Width)
            {
                if (random.NextDouble() < density) continue;

                weights.AsSpan((row * depth) + column, Math.Min(Layout.Width, depth - column)).Fill(zeroPoint);
            }
        }

        return weights;
    }

    private static FullyConnected Product(int batches, int depth, int channels, int[] weights, int zeroPoint, bool perChannel)
    {
        float[] scales = perChannel ? [.. Enumerable.Range(0, channels).Select(c => 0.001f + (0.0001f * (c % 9)))] : [0.002f];
        GraphTensor tensor = Operands.Weights([channels, depth], weights, scales);
        if (zeroPoint != 0) tensor = new GraphTensor("weights", ElementType.Int8, [channels, depth]) { Data = tensor.Data, Quantization = new Quantization(0.002f, zeroPoint) };
        return new FullyConnected(
            Operands.Activation("input", [batches, depth], 0.1f, 3), tensor, Operands.Bias([.. Enumerable.Range(0, channels).Select(c => (c * 37) - 200)]),
            Operands.Activation("output", [batches, channels], 0.1f, -5), FusedActivation.None);
    }
}
