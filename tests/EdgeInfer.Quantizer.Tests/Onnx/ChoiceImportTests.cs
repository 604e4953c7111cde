using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Onnx.Schema;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Choices of elements, comparisons, reductions and normalizations: against ONNX Runtime on the file itself, and quantized against floats.</summary>
public sealed class ChoiceImportTests
{
    [Theory]
    [InlineData(1, new[] { 3, 1, 1 })]
    [InlineData(2, new[] { 4, 2, 0 })]
    [InlineData(-1, new[] { -1, 0, 3 })]
    public void Gather(int axis, int[] indices)
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node("Gather", ["a", test.Writer.Longs("indices", indices)], "y", Int("axis", axis));
        int[] shape = [1, 4, 5, 6];
        shape[(axis + 4) % 4] = 3;
        test.Check(shape).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Fact]
    public void The_last_step_of_a_sequence()
    {
        OnnxCase test = new(1, 5, 6);
        long[] last = [-1];
        test.Writer.Node("Gather", ["x", test.Writer.Constant("i", OnnxType.Int64, System.Runtime.InteropServices.MemoryMarshal.AsBytes(last.AsSpan()))], "y", Int("axis", 1));
        test.Check(1, 6);
        QuantizedCase.Demand(test.Graph!, 40);
    }

    [Fact]
    public void Split_slice_and_concat_on_every_axis_of_an_image()
    {
        for (int axis = 1; axis < 4; axis++)
        {
            OnnxCase test = new(1, 3, 4, 6);
            OnnxModelWriter w = test.Writer;
            w.Node("Conv", ["x", test.Random("w", 8, 3, 1, 1)], "a");
            int[] shape = [1, 8, 4, 6];
            w.Node("Split", ["a", w.Longs("sizes", 1, shape[axis] - 1)], ["b", "c"], Int("axis", axis));
            w.Node("Slice", ["c", w.Longs("starts", -1), w.Longs("ends", -100), w.Longs("axes", axis), w.Longs("steps", -1)], "d");
            w.Node("Concat", ["d", "b", "a"], "y", Int("axis", axis));
            shape[axis] *= 2;
            test.Check(shape).MovesNothing();
            QuantizedCase.Demand(test.Graph!, 33);
        }
    }

    [Theory]
    [InlineData("ReduceMean", 1)]
    [InlineData("ReduceSum", 0)]
    [InlineData("ReduceMax", 0)]
    [InlineData("ReduceMin", 1)]
    [InlineData("ReduceL1", 1)]
    [InlineData("ReduceL2", 0)]
    [InlineData("ReduceSumSquare", 1)]
    public void Reductions_over_channels_and_rows(string type, int keep)
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node(type, ["a", test.Writer.Longs("axes", 1, -2)], "y", Int("keepdims", keep));
        test.Check(keep == 0 ? [1, 6] : [1, 1, 1, 6]).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Theory]
    [InlineData("Less")]
    [InlineData("LessOrEqual")]
    [InlineData("Greater")]
    [InlineData("GreaterOrEqual")]
    public void Where_one_number_is_less_than_another(string type)
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        w.Node(type, ["a", w.Floats("limit", [0.25f])], "c");
        w.Node("Where", ["c", "a", w.Floats("other", [-0.5f])], "y");
        test.Check(1, 4, 5, 6).MovesNothing();

        // A number at the limit may end on the other side of it, where the result is another one altogether.
        QuantizedCase.Demand(test.Graph!, 20);
    }

    [Fact]
    public void A_truth_value_as_a_number()
    {
        OnnxCase test = new(1, 6);
        test.Writer.Node("Greater", ["x", test.Writer.Floats("limit", [0.1f])], "c");
        test.Writer.Node("Cast", ["c"], "f", Int("to", OnnxType.Float));
        test.Writer.Node("Mul", ["f", "x"], "y");
        test.Check(1, 6);
        QuantizedCase.Demand(test.Graph!, 20);
    }

    [Theory]
    [InlineData("Max")]
    [InlineData("Min")]
    [InlineData("Sum")]
    public void Three_operands(string type)
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 3, 3, 1, 1)], "a");
        w.Node(type, ["a", "x", test.Random("c", 3, 1, 1)], "y");
        test.Check(1, 3, 5, 6).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 30);
    }

    [Fact]
    public void Division_by_something_that_is_computed()
    {
        OnnxCase test = new(1, 6);
        test.Writer.Node("Exp", ["x"], "e");
        test.Writer.Node("Add", ["e", test.Writer.Floats("one", [1])], "s");
        test.Writer.Node("Div", [test.Writer.Floats("c", [2]), "s"], "q");
        test.Writer.Node("Div", ["x", "s"], "r");
        test.Writer.Node("Concat", ["q", "r"], "y", Int("axis", 1));
        test.Check(1, 12);
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void Expand_and_tile()
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        w.Node("GlobalMaxPool", ["a"], "g");
        w.Node("Expand", ["g", w.Longs("shape", 1, 1, 5, 2)], "e");
        w.Node("Tile", ["e", w.Longs("repeats", 1, 2, 1, 3)], "y");
        test.Check(1, 8, 5, 6).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Theory]
    [InlineData("Erf")]
    [InlineData("Mish")]
    [InlineData("Celu")]
    [InlineData("Selu")]
    [InlineData("ThresholdedRelu")]
    [InlineData("Tan")]
    [InlineData("Asin")]
    [InlineData("Acos")]
    [InlineData("Atan")]
    [InlineData("Sinh")]
    [InlineData("Cosh")]
    [InlineData("Gelu")]
    [InlineData("Exp")]
    [InlineData("Softplus")]
    [InlineData("Elu")]
    [InlineData("HardSigmoid")]
    [InlineData("Abs")]
    [InlineData("Neg")]
    public void Functions_become_tables(string type)
    {
        OnnxCase test = new(1, 2, 3, 4);
        test.Writer.Node(type, ["x"], "y");
        test.Check(1, 2, 3, 4).MovesNothing();
        QuantizedCase.Demand(test.Graph!, type == "ThresholdedRelu" ? 0 : 33);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Powers(float exponent)
    {
        OnnxCase test = new(1, 6);
        test.Writer.Node("Pow", ["x", test.Writer.Floats("e", [exponent])], "y");
        test.Check(1, 6);
        QuantizedCase.Demand(test.Graph!, 30);
    }

    [Fact]
    public void Attention_as_PyTorch_writes_it()
    {
        OnnxCase test = new(1, 5, 12);
        OnnxModelWriter w = test.Writer;
        foreach (string part in (string[])["q", "k", "v"])
        {
            w.Node("MatMul", ["x", test.Random($"w{part}", 12, 8)], $"{part}0");
            w.Node("Reshape", [$"{part}0", w.Longs($"heads {part}", 1, 5, 2, 4)], $"{part}1");
            w.Node("Transpose", [$"{part}1"], part, part == "k" ? Ints("perm", 0, 2, 3, 1) : Ints("perm", 0, 2, 1, 3));
        }

        w.Node("MatMul", ["q", "k"], "scores");
        w.Node("Div", ["scores", w.Floats("root", [2])], "scaled");
        w.Node("Softmax", ["scaled"], "weights", Int("axis", -1));
        w.Node("MatMul", ["weights", "v"], "heads");
        w.Node("Transpose", ["heads"], "t", Ints("perm", 0, 2, 1, 3));
        w.Node("Reshape", ["t", w.Longs("joined", 1, 5, 8)], "y");
        test.Check(1, 5, 8);
        QuantizedCase.Demand(test.Graph!, 24);
    }

    [Fact]
    public void Product_with_constants_that_are_no_weights()
    {
        OnnxCase test = new(2, 3, 4);
        test.Writer.Node("MatMul", [test.Random("first", 5, 3), "x"], "a");
        test.Writer.Node("MatMul", ["a", test.Random("second", 2, 4, 6)], "y");
        test.Check(2, 5, 6);
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Theory]
    [InlineData("LogSoftmax")]
    [InlineData("LpNormalization")]
    public void Operators_on_rows(string type)
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node(type, ["a"], "y", Int("axis", 1));
        test.Check(1, 4, 5, 6).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void Layer_normalization()
    {
        OnnxCase test = new(1, 5, 16);
        test.Writer.Node("MatMul", ["x", test.Random("w", 16, 12)], "a");
        test.Writer.Node("LayerNormalization", ["a", test.Positive("s", 12), test.Random("o", 12)], "y", Float("epsilon", 0.001f));
        test.Check(1, 5, 12);
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void Instance_normalization()
    {
        OnnxCase test = new(1, 3, 6, 5);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node("InstanceNormalization", ["a", test.Positive("s", 4), test.Random("o", 4)], "y");
        test.Check(1, 4, 6, 5).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void A_shape_that_PyTorch_computes_for_an_expansion()
    {
        OnnxCase test = new(1, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("ConstantOfShape", [w.Longs("three", 3)], "ones", new AttributeProto { Name = "value", Type = 4, T = One() });
        w.Node("Mul", ["ones", w.Longs("minus", -1)], "open");
        w.Node("Equal", [w.Longs("wanted", 4, -1, 6), "open"], "is");
        w.Node("Where", ["is", "ones", "wanted"], "shape");
        w.Node("Expand", ["x", "shape"], "y");
        test.Check(4, 1, 6);
        Assert.IsType<BroadcastTo>(test.Graph!.Operators[^1]);
    }

    private static TensorProto One()
    {
        TensorProto tensor = new() { DataType = OnnxType.Int64 };
        tensor.Dims.Add(1);
        tensor.Int64Data.Add(1);
        return tensor;
    }
}
