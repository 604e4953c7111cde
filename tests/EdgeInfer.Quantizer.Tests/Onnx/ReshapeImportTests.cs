using CsCheck;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Reshapes of images as PyTorch writes them: dimensions are divided and joined, and elements are moved only where the network itself moves them.</summary>
public sealed class ReshapeImportTests
{
    [Fact]
    public void Channels_are_shuffled_once_though_both_halves_are_read()
    {
        OnnxCase test = new(1, 6, 5, 7);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 8, 6, 1, 1)], "a");
        Shuffle(w, "a", "b", 2, 8, 5, 7);
        w.Node("Split", ["b"], ["c", "d"], Int("axis", 1), Int("num_outputs", 2));
        w.Node("Conv", ["d", test.Random("w2", 4, 4, 3, 3)], "e", Ints("pads", 1, 1, 1, 1));
        w.Node("Add", ["c", "e"], "y");
        test.Check(1, 4, 5, 7);
        Assert.Single(test.Graph!.Operators.OfType<Transpose>());
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Fact]
    public void Channels_of_a_sequence_are_shuffled_once()
    {
        OnnxCase test = new(1, 6, 9);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 6, 3, 3)], "a", Int("group", 2));
        w.Node("Reshape", ["a", w.Longs("divided", 1, 2, 3, 7)], "b");
        w.Node("Transpose", ["b"], "c", Ints("perm", 0, 2, 1, 3));
        w.Node("Reshape", ["c", w.Longs("joined", 1, -1, 7)], "d");
        w.Node("Conv", ["d", test.Random("w2", 6, 3, 3)], "y", Int("group", 2));
        test.Check(1, 6, 5);
        Assert.Single(test.Graph!.Operators.OfType<Transpose>());
    }

    [Fact]
    public void Pixels_are_shuffled_once()
    {
        OnnxCase test = new(1, 3, 4, 5);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 8, 3, 1, 1)], "a");
        w.Node("Reshape", ["a", w.Longs("divided", -1, 2, 2, 2, 4, 5)], "b");
        w.Node("Transpose", ["b"], "c", Ints("perm", 0, 1, 4, 2, 5, 3));
        w.Node("Reshape", ["c", w.Longs("joined", -1, 2, 8, 10)], "d");
        w.Node("Conv", ["d", test.Random("w2", 3, 2, 3, 3)], "y");
        test.Check(1, 3, 6, 8);
        Assert.Single(test.Graph!.Operators.OfType<Transpose>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Groups_of_channels_are_normalized_where_they_lie(int groups)
    {
        OnnxCase test = new(1, 3, 6, 5);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 8, 3, 3, 3)], "a");
        w.Node("Reshape", ["a", w.Longs("divided", 0, groups, -1)], "b");
        w.Node("InstanceNormalization", ["b", w.Floats("one", [.. Enumerable.Repeat(1f, groups)], groups), w.Floats("zero", new float[groups], groups)], "c");
        w.Node("Shape", ["a"], "s");
        w.Node("Reshape", ["c", "s"], "d");
        w.Node("Mul", ["d", test.Positive("scale", 8, 1, 1)], "e");
        w.Node("Add", ["e", test.Random("offset", 8, 1, 1)], "y");
        test.Check(1, 8, 4, 3).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void Positions_of_an_image_attend_to_each_other_without_being_moved()
    {
        OnnxCase test = new(1, 3, 4, 5);
        OnnxModelWriter w = test.Writer;
        foreach (string part in (string[])["q", "k", "v"])
        {
            w.Node("Conv", ["x", test.Random($"w{part}", 6, 3, 1, 1)], $"{part}1");
            w.Node("Reshape", [$"{part}1", w.Longs($"rows {part}", 0, 6, -1)], $"{part}2");
            w.Node("Transpose", [$"{part}2"], $"{part}3", Ints("perm", 0, 2, 1));
        }

        w.Node("MatMul", ["q3", "k2"], "products");
        w.Node("Softmax", ["products"], "shares", Int("axis", -1));
        w.Node("MatMul", ["shares", "v3"], "sums");
        w.Node("Transpose", ["sums"], "back", Ints("perm", 0, 2, 1));
        w.Node("Reshape", ["back", w.Longs("image", 1, 6, 4, 5)], "image of sums");
        w.Node("Conv", ["image of sums", test.Random("wo", 3, 6, 1, 1)], "y");
        test.Check(1, 3, 4, 5).MovesNothing();
    }

    [Fact]
    public void The_last_step_of_a_sequence_is_taken_where_it_lies()
    {
        OnnxCase test = new(1, 3, 9);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 6, 3, 3)], "a");
        w.Node("Gather", ["a", w.Constant("last", OnnxType.Int64, BitConverter.GetBytes(-1L))], "b", Int("axis", 2));
        w.Node("Gemm", ["b", test.Random("w2", 4, 6), test.Random("b2", 4)], "y", Int("transB", 1));
        test.Check(1, 4).MovesNothing();
    }

    [Fact]
    public void An_input_that_is_cut_and_joined_before_its_convolution_is_an_image()
    {
        OnnxCase test = new(1, 3, 6, 8);
        OnnxModelWriter w = test.Writer;
        string[] parts = [.. Enumerable.Range(0, 4).Select(i => w.Node("Slice", ["x", w.Longs($"start {i}", i & 1, i >> 1), w.Longs($"end {i}", 99, 99), w.Longs($"axes {i}", 2, 3), w.Longs($"step {i}", 2, 2)], $"part {i}"))];
        w.Node("Concat", parts, "a", Int("axis", 1));
        w.Node("Conv", ["a", test.Random("w", 4, 12, 3, 3)], "y");
        test.Check(1, 4, 1, 2).MovesNothing();
    }

    /// <summary>Whatever is divided, joined and transposed, with functions of elements and sums in between, that look where elements are.</summary>
    [Fact]
    public void Any_sequence_of_reshapes_and_transpositions_is_what_it_is_to_onnx_runtime() =>
        Gen.Int.Sample(
            seed =>
            {
                Random random = new(seed);
                int[] shape = [1, random.GetItems([4, 6, 8, 12], 1)[0], random.Next(1, 7), random.Next(1, 7)];
                OnnxCase test = new(1, 7, shape[2], shape[3]);
                OnnxModelWriter w = test.Writer;
                string name = w.Node("Conv", ["x", test.Random("w", shape[1], 7, 1, 1)], "v0");
                for (int step = random.Next(1, 6), i = 1; step > 0; step--, i++)
                {
                    string next = $"v{i}";
                    switch (random.Next(4))
                    {
                        case 0:
                            w.Node("Add", [name, test.Random($"c{i}", shape)], next);
                            break;
                        case 1:
                            int[] permutation = [.. Enumerable.Range(0, shape.Length)];
                            random.Shuffle(permutation);
                            w.Node("Transpose", [name], next, Ints("perm", permutation));
                            shape = [.. permutation.Select(d => shape[d])];
                            break;
                        default:
                            shape = Factors(random, shape.Aggregate(1, (a, b) => a * b));
                            w.Node("Reshape", [name, w.Longs($"s{i}", shape)], next);
                            break;
                    }

                    name = next;
                }

                // Of two dimensions there is one order only.
                int count = shape.Aggregate(1, (a, b) => a * b);
                w.Node("Reshape", [w.Node("Sigmoid", [name], "s"), w.Longs("all", 1, count)], "y");
                test.Check(1, count);
            },
            iter: 200);

    /// <summary>A shape of so many elements, with dimensions of one element here and there.</summary>
    private static int[] Factors(Random random, int count)
    {
        List<int> shape = [];
        while (count > 1 && shape.Count < 4)
        {
            int[] divisors = [.. Enumerable.Range(1, count).Where(d => count % d == 0)];
            shape.Add(divisors[random.Next(divisors.Length)]);
            count /= shape[^1];
        }

        return [.. shape, count];
    }

    private static void Shuffle(OnnxModelWriter w, string input, string output, int groups, int channels, int height, int width)
    {
        w.Node("Reshape", [input, w.Longs($"divided {input}", 1, groups, channels / groups, height, width)], $"{input} divided");
        w.Node("Transpose", [$"{input} divided"], $"{input} shuffled", Ints("perm", 0, 2, 1, 3, 4));
        w.Node("Reshape", [$"{input} shuffled", w.Longs($"joined {input}", 1, -1, height, width)], output);
    }
}
