using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Export;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Every operator against ONNX Runtime on the file itself. Shapes have no two equal dimensions, so that a wrong order cannot pass.</summary>
public sealed class OperatorImportTests
{
    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(1, 2, 1, 2)]
    [InlineData(3, 1, 3, 1)]
    public void Conv(int stride, int dilation, int groups, int pad)
    {
        OnnxCase test = new(1, 6, 9, 11);
        int height = ((9 + (2 * pad) - (2 * dilation) - 1) / stride) + 1, width = ((11 + (2 * pad) - dilation - 1) / stride) + 1;
        test.Writer.Node(
            "Conv", ["x", test.Random("w", 9, 6 / groups, 3, 2), test.Random("b", 9)], "y",
            Ints("strides", stride, stride), Ints("dilations", dilation, dilation), Ints("pads", pad, pad, pad, pad), Int("group", groups));
        test.Check(1, 9, height, width).MovesNothing();
    }

    [Fact]
    public void Depthwise_conv_with_multiplier()
    {
        OnnxCase test = new(1, 3, 7, 8);
        test.Writer.Node("Conv", ["x", test.Random("w", 6, 1, 3, 3)], "y", Int("group", 3), Text("auto_pad", "SAME_LOWER"), Ints("strides", 2, 2));
        test.Check(1, 6, 4, 4).MovesNothing();
        Assert.IsType<DepthwiseConv2D>(Assert.Single(test.Graph!.Operators));
    }

    [Fact]
    public void Conv_of_sequences_with_batch_normalization_and_residual()
    {
        OnnxCase test = new(1, 4, 10);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 4, 3)], "a", Ints("pads", 1, 1));
        w.Node("BatchNormalization", ["a", test.Positive("s", 4), test.Random("o", 4), test.Random("m", 4), test.Positive("v", 4)], "b");
        w.Node("Relu", ["b"], "c");
        w.Node("Add", ["c", "x"], "d");
        w.Node("Conv", ["d", test.Random("w2", 5, 4, 1)], "y");
        test.Check(1, 5, 10).MovesNothing();
        Assert.Equal(["Reshape", "Conv2D", "Reshape", "Add", "Reshape", "Conv2D", "Reshape"], test.Graph!.Operators.Select(o => o.Name));
    }

    [Fact]
    public void Batch_normalization_goes_into_the_convolution_before_it()
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 3, 3)], "a");
        test.Writer.Node("BatchNormalization", ["a", test.Positive("s", 4), test.Random("o", 4), test.Random("m", 4), test.Positive("v", 4)], "b", Float("epsilon", 0.001f));
        test.Writer.Node("Clip", ["b", test.Writer.Floats("min", [0]), test.Writer.Floats("max", [6])], "y");
        test.Check(1, 4, 3, 4).MovesNothing();
        Assert.Equal("Conv2D", Assert.Single(test.Graph!.Operators).Name);
    }

    [Fact]
    public void Classifier_as_PyTorch_writes_it()
    {
        OnnxCase test = new(1, 3, 6, 8);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 5, 3, 3, 3), test.Random("b", 5)], "a");
        w.Node("Relu", ["a"], "r");
        w.Node("MaxPool", ["r"], "p", Ints("kernel_shape", 2, 2), Ints("strides", 2, 2));
        w.Node("Shape", ["p"], "shape");
        w.Node("Gather", ["shape", w.Longs("zero", 0)], "batch");
        w.Node("Concat", ["batch", w.Longs("rest", -1)], "target", Int("axis", 0));
        w.Node("Reshape", ["p", "target"], "f");
        w.Node("Gemm", ["f", test.Random("w2", 7, 30), test.Random("b2", 7)], "g", Int("transB", 1));
        w.Node("Softmax", ["g"], "y", Int("axis", 1));
        test.Check(1, 7).MovesNothing();
        Assert.Equal(["Conv2D", "MaxPool2D", "Reshape", "FullyConnected", "Softmax"], test.Graph!.Operators.Select(o => o.Name));
    }

    [Fact]
    public void Classifier_as_Keras_writes_it()
    {
        OnnxCase test = new(1, 6, 8, 3);
        OnnxModelWriter w = test.Writer;
        w.Node("Transpose", ["x"], "t", Ints("perm", 0, 3, 1, 2));
        w.Node("Conv", ["t", test.Random("w", 5, 3, 3, 3)], "a", Text("auto_pad", "SAME_UPPER"), Ints("strides", 2, 2));
        w.Node("Relu", ["a"], "r");
        w.Node("Transpose", ["r"], "u", Ints("perm", 0, 2, 3, 1));
        w.Node("Reshape", ["u", w.Longs("shape", -1, 60)], "f");
        w.Node("MatMul", ["f", test.Random("w2", 60, 7)], "m");
        w.Node("Add", ["m", test.Random("b2", 7)], "y");
        test.Check(1, 7).MovesNothing();
        Assert.Equal(["Conv2D", "Reshape", "FullyConnected"], test.Graph!.Operators.Select(o => o.Name));
    }

    [Fact]
    public void Squeeze_and_excitation()
    {
        OnnxCase test = new(1, 4, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 4, 1, 1)], "a");
        w.Node("GlobalAveragePool", ["a"], "p");
        w.Node("Conv", ["p", test.Random("w1", 2, 4, 1, 1)], "b");
        w.Node("HardSwish", ["b"], "h");
        w.Node("Conv", ["h", test.Random("w2", 4, 2, 1, 1)], "c");
        w.Node("HardSigmoid", ["c"], "s");
        w.Node("Mul", ["a", "s"], "y");
        test.Check(1, 4, 5, 6).MovesNothing();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Average_pool(int includePad, int ceil)
    {
        OnnxCase test = new(1, 2, 7, 6);
        int[] pads = ceil == 0 ? [1, 0, 1, 1] : [0, 0, 0, 0];
        test.Writer.Node("AveragePool", ["x"], "y", Ints("kernel_shape", 3, 2), Ints("strides", 2, 2), Ints("pads", pads), Int("count_include_pad", includePad), Int("ceil_mode", ceil));
        test.Check(1, 2, ceil == 0 ? 4 : 3, 3).MovesNothing();
    }

    [Fact]
    public void Max_pool_rounded_up()
    {
        OnnxCase test = new(1, 2, 8, 6);
        test.Writer.Node("MaxPool", ["x"], "y", Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Int("ceil_mode", 1));
        test.Check(1, 2, 4, 3).MovesNothing();
    }

    [Fact]
    public void Global_max_pool_of_a_sequence()
    {
        OnnxCase test = new(1, 3, 7);
        test.Writer.Node("Conv", ["x", test.Random("w", 5, 3, 2)], "a");
        test.Writer.Node("GlobalMaxPool", ["a"], "y");
        test.Check(1, 5, 1).MovesNothing();
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Elu")]
    [InlineData("HardSigmoid")]
    [InlineData("HardSwish")]
    [InlineData("Softplus")]
    [InlineData("Softsign")]
    [InlineData("Abs")]
    [InlineData("Exp")]
    [InlineData("Neg")]
    [InlineData("Sign")]
    [InlineData("Cos")]
    [InlineData("Sin")]
    [InlineData("Round")]
    [InlineData("Ceil")]
    [InlineData("Floor")]
    [InlineData("Gelu")]
    public void Function_of_every_element(string type)
    {
        OnnxCase test = new(1, 2, 3, 4);
        test.Writer.Node(type, ["x"], "y");
        test.Check(1, 2, 3, 4).MovesNothing();
    }

    [Theory]
    [InlineData("Add", 4, 1, 1)]
    [InlineData("Mul", 1, 4, 1, 1)]
    [InlineData("Sub", 1)]
    [InlineData("Div", 4, 5, 6)]
    [InlineData("Add", 6)]
    public void Arithmetic_with_a_constant_on_an_image(string type, params int[] shape)
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node("Relu", ["a"], "b");
        test.Writer.Node(type, ["b", test.Positive("c", shape)], "y");
        test.Check(1, 4, 5, 6).MovesNothing();
    }

    [Fact]
    public void Constant_minus_something()
    {
        OnnxCase test = new(1, 5);
        test.Writer.Node("Sub", [test.Random("c", 5), "x"], "y");
        test.Check(1, 5);
    }

    [Fact]
    public void Concat_split_slice_and_pad_on_channels()
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 8, 3, 1, 1)], "a");
        w.Node("Split", ["a", w.Longs("sizes", 3, 5)], ["b", "c"], Int("axis", 1));
        w.Node("Concat", ["c", "b"], "d", Int("axis", -3));
        w.Node("Slice", ["d", w.Longs("starts", 7, 1), w.Longs("ends", -100, 1000), w.Longs("axes", 1, 3), w.Longs("steps", -2, 2)], "e");
        w.Node("Pad", ["e", w.Longs("pads", 0, 1, 0, 2, 0, 0, 3, 0)], "y");
        test.Check(1, 5, 8, 5).MovesNothing();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Reduce_mean_over_an_image(int keep)
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node("ReduceMean", ["a", test.Writer.Longs("axes", -1, -2)], "y", Int("keepdims", keep));
        test.Check(keep == 0 ? [1, 4] : [1, 4, 1, 1]).MovesNothing();
    }

    [Fact]
    public void Softmax_over_rows_of_an_image_needs_a_transposition()
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node("Softmax", ["a"], "b", Int("axis", 2));
        test.Writer.Node("Flatten", ["b"], "y");
        test.Check(1, 120);
    }

    [Fact]
    public void Dense_layer_on_a_sequence()
    {
        OnnxCase test = new(1, 5, 6);
        test.Writer.Node("MatMul", ["x", test.Random("w", 6, 4)], "a");
        test.Writer.Node("Add", ["a", test.Random("b", 4)], "sum");
        test.Writer.Node("Tanh", ["sum"], "y");
        test.Check(1, 5, 4);
        Assert.Equal(["FullyConnected", "Tanh"], test.Graph!.Operators.Select(o => o.Name));
    }

    [Fact]
    public void Squeeze_and_unsqueeze_move_nothing()
    {
        OnnxCase test = new(1, 3, 1, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 3, 1, 3)], "a");
        w.Node("Squeeze", ["a", w.Longs("axes", 2)], "b");
        w.Node("Relu", ["b"], "c");
        w.Node("Unsqueeze", ["c", w.Longs("axes2", 2)], "d");
        w.Node("Conv", ["d", test.Random("w2", 2, 4, 1, 1)], "y");
        test.Check(1, 2, 1, 4).MovesNothing();
    }
}
