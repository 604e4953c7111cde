using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Export;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>What exporters leave to be computed from constants alone is computed at import.</summary>
public sealed class ConstantImportTests
{
    [Fact]
    public void Weights_that_are_normalized()
    {
        OnnxCase test = new(1, 3, 9);
        OnnxModelWriter w = test.Writer;
        w.Node("ReduceL2", [test.Random("v", 4, 3, 3), w.Longs("axes", 1, 2)], "norm", Int("keepdims", 1));
        w.Node("Div", ["v", "norm"], "direction");
        w.Node("Mul", ["direction", test.Positive("g", 4, 1, 1)], "weights");
        w.Node("Conv", ["x", "weights"], "y");
        test.Check(1, 4, 7);
        Assert.Single(test.Graph!.Operators.OfType<Conv2D>());
    }

    [Fact]
    public void The_first_step_of_a_cell_that_begins_with_zeros()
    {
        OnnxCase test = new(1, 5);
        OnnxModelWriter w = test.Writer;
        w.Node("ConstantOfShape", [w.Longs("state shape", 1, 6)], "h");
        w.Node("Gemm", ["x", test.Random("w", 18, 5), test.Random("bw", 18)], "given", Int("transB", 1));
        w.Node("Gemm", ["h", test.Random("r", 18, 6), test.Random("br", 18)], "recurrent", Int("transB", 1), Float("alpha", 2), Float("beta", 0.5f));
        w.Node("Split", ["given"], ["gr", "gz", "gn"], Int("axis", 1), Int("num_outputs", 3));
        w.Node("Split", ["recurrent"], ["rr", "rz", "rn"], Int("axis", 1), Int("num_outputs", 3));
        w.Node("Add", ["gr", "rr"], "sr");
        w.Node("Sigmoid", ["sr"], "reset");
        w.Node("Mul", ["reset", "rn"], "left");
        w.Node("Add", ["gn", "left"], "sn");
        w.Node("Tanh", ["sn"], "new");
        w.Node("Add", ["gz", "rz"], "sz");
        w.Node("Sigmoid", ["sz"], "update");
        w.Node("Sub", ["h", "new"], "difference");
        w.Node("Mul", ["difference", "update"], "share");
        w.Node("Add", ["share", "new"], "y");
        test.Check(1, 6);
        QuantizedCase.Demand(test.Graph!, 30);
    }

    [Theory]
    [InlineData("Abs")]
    [InlineData("Ceil")]
    [InlineData("Exp")]
    [InlineData("Floor")]
    [InlineData("Log")]
    [InlineData("Reciprocal")]
    [InlineData("Sigmoid")]
    [InlineData("Sqrt")]
    [InlineData("Tanh")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceProd")]
    public void Functions(string type)
    {
        OnnxCase test = new(1, 3, 4);
        test.Writer.Node(type, [test.Positive("c", 3, 4)], "f");
        test.Writer.Node("Mul", ["x", "f"], "y");
        test.Check(1, 3, 4);
    }

    [Fact]
    public void Powers_products_and_repetitions()
    {
        OnnxCase test = new(1, 6, 4);
        OnnxModelWriter w = test.Writer;
        w.Node("Pow", [test.Positive("base", 3, 1), w.Floats("half", [-0.5f])], "p");
        w.Node("MatMul", ["p", test.Random("row", 1, 2)], "q");
        w.Node("Tile", ["q", w.Longs("repeats", 2, 2)], "r");
        w.Node("ReduceSum", ["r", w.Longs("axes", 1)], "s", Int("keepdims", 0));
        w.Node("Unsqueeze", ["s", w.Longs("last", 1)], "t");
        w.Node("Mul", ["x", "r"], "z");
        w.Node("Add", ["z", "t"], "y");
        test.Check(1, 6, 4);
    }
}
