using EdgeInfer.Converter;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Onnx.Import;
using EdgeInfer.Onnx.Schema;
using Google.Protobuf;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

public sealed class RefusalTests
{
    [Fact]
    public void Everything_that_is_not_supported_is_told_at_once()
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 3, 2, 2)], "a", Ints("pads", -1, 0, 0, 0));
        w.Node("Relu", ["a"], "b");
        w.Node("GridSample", ["b", "x"], "c");
        w.Node("Softmax", ["x"], "d", Int("axis", 9));
        w.Node("Add", ["c", "d"], "y");
        ConversionException refusal = Refused(test.File(1, 4, 5, 6));
        Assert.Equal(3, refusal.Problems.Count);
        Assert.Contains("Conv (node 0) 'a': pads [-1,0,0,0] are not supported", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("GridSample (node 2) 'c': this operator is not supported", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("there is no dimension 9 in a tensor of 4", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The graph has the shapes that operators make; others count for nothing, as ONNX Runtime only warns of them.</summary>
    [Fact]
    public void Declared_shapes_of_results_are_not_read()
    {
        OnnxCase test = new(1, 4);
        test.Writer.Node("Relu", ["x"], "y");
        Assert.Equal([1, 4], OnnxImporter.Import(test.File(7, 9), "case.onnx").Outputs[0].Shape);
    }

    [Fact]
    public void What_operators_on_images_cannot_do_is_told_with_a_way_out()
    {
        OnnxCase test = new(1, 4, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("ConvTranspose", ["x", test.Random("w", 4, 2, 3, 3)], "a", Ints("pads", 3, 0, 0, 0));
        w.Node("ConvTranspose", ["x", test.Random("w1", 4, 2, 1, 1)], "b", Ints("strides", 2, 2), Text("auto_pad", "SAME_UPPER"));
        w.Node("Resize", ["x", "", w.Floats("scales", [1, 1, 2, 2], 4)], "c", Text("mode", "cubic"));
        w.Node("Resize", ["x"], "d");
        w.Node("DepthToSpace", ["x"], "e", Int("blocksize", 3));
        w.Node("SpaceToDepth", ["x"], "f", Int("blocksize", 2));
        w.Node("Pad", ["x", w.Longs("pads", 0, 0, -5, 0, 0, 0, 0, 0)], "g");
        w.Node("Pad", ["x", w.Longs("pads1", 0, 0, 1, 0, 0, 0, 0, 0)], "h", Text("mode", "sinc"));
        w.Node("Gather", ["x", w.Longs("index", 6)], "i", Int("axis", 1));
        w.Node("Where", ["x", "x", "x"], "j");
        w.Node("Greater", ["x", "x"], "k");
        w.Node("Add", ["k", "x"], "l");
        w.Node("Pow", ["x", test.Random("many", 6)], "m");
        w.Node("MaxPool", ["x"], "n", Ints("kernel_shape", 2, 2), Ints("dilations", 2, 1));
        w.Node("Gather", [test.Random("rows", 6, 4), "x"], "o");
        w.Node("Sum", ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "l", "m", "n", "o"], "y");
        string message = Refused(test.File(1)).Message;
        foreach (string part in (string[])
            [
                "'a': 4 outputs with 3 cut off before them are not possible",
                "'b': auto_pad 'SAME_UPPER' with a filter over 1 and a stride of 2 is not supported",
                "'c': mode 'cubic' is not supported",
                "'d': it has neither a scale nor a size for every dimension",
                "'e': 4 channels cannot become blocks of 3x3",
                "'f': an image of 5x6 cannot be cut into blocks of 2x2",
                "'g': nothing is left of dimension 2",
                "'h': padding by 'sinc' is not supported",
                "'i': indexes [6] are not in the 4 elements of dimension 1",
                "'j': its input 0 'x' is not the result of a comparison",
                "'l': an input of it holds truth values",
                "'m': 6 exponents are not supported, one is",
                "'n': dilations of a pool are not supported",
                "'o': it looks up rows of constants, as an embedding does, by indexes that are computed. Look the rows up before the model",
            ]) Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reason_has_a_code_and_an_unknown_operator_advice_of_its_own()
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Einsum", ["x"], "a");
        w.Node("Softmax", ["x"], "b", Int("axis", 9));
        w.Node("Reshape", ["x", "x"], "c");
        w.Node("Add", ["a", "b"], "d");
        w.Node("Add", ["d", "c"], "y");
        ConversionException refusal = Refused(test.File(1, 3, 5, 6));
        Assert.Equal(["EI301", "EI306", "EI304"], refusal.Problems.Select(p => p.Code.Id));
        Assert.Contains("Write it as transpositions and matrix products", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_advice_is_left_for_operators_that_are_supported() => Assert.Empty(OnnxAdvice.Names.Intersect(OnnxOperatorTable.Names));

    [Fact]
    public void What_no_output_needs_does_not_matter()
    {
        OnnxCase test = new(1, 5);
        test.Writer.Node("Einsum", ["x"], "unused");
        test.Writer.Node("Relu", ["x"], "y");
        Assert.Single(OnnxImporter.Import(test.File(1, 5), "case.onnx").Operators);
    }

    [Fact]
    public void An_open_batch_is_one_and_nothing_else_may_be_open()
    {
        ModelProto model = Relu([], ["batch", "time", "features"]);
        Assert.Contains("the shape [1,?,?] of this input is open", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
        foreach (TensorShapeProto.Types.Dimension dimension in model.Graph.Input[0].Type.TensorType.Shape.Dim.Skip(1))
        {
            dimension.ClearDimParam();
            dimension.DimValue = 7;
        }

        Assert.Equal([1, 7, 7], OnnxImporter.Import(model.ToByteArray(), "case.onnx").Inputs[0].Shape);
    }

    [Theory]
    [InlineData(1L << 40)]
    [InlineData(int.MaxValue)]
    public void A_small_file_cannot_ask_for_a_lot_of_memory(long dimension)
    {
        ModelProto model = Relu([1, dimension], []);
        Assert.Contains("more elements than any device could hold", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_large_results_of_a_small_file_are_refused()
    {
        OnnxCase test = new(1, 1 << 23);
        test.Writer.Node("Relu", ["x"], "0");
        for (int i = 0; i < 100; i++) test.Writer.Node("Relu", [$"{i}"], $"{i + 1}");
        test.Writer.Node("Relu", ["100"], "y");
        Assert.Contains("more elements than any device could hold", Refused(test.File(1, 1 << 23)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void External_data_is_refused_with_the_way_out()
    {
        ModelProto model = Relu([1, 5], []);
        model.Graph.Node[0].OpType = "Add";
        model.Graph.Node[0].Input.Add("w");
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, DataLocation = 1 });
        Assert.Contains("save_as_external_data=False", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_of_the_wrong_length_is_refused()
    {
        ModelProto model = Relu([1, 5], []);
        model.Graph.Node[0].OpType = "Add";
        model.Graph.Node[0].Input.Add("w");
        TensorProto tensor = new() { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(new byte[12]) };
        tensor.Dims.Add(5);
        model.Graph.Initializer.Add(tensor);
        Assert.Contains("tensor 'w': it has 12 bytes where 20 belong", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Opsets_that_are_too_old_or_not_known_are_refused()
    {
        ModelProto model = Relu([1, 5], []);
        model.OpsetImport[0].Version = 6;
        Assert.Contains("version 6 of the operators is not supported", Refused(model.ToByteArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused_and_never_crash()
    {
        OnnxCase test = new(1, 3, 6, 8);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 5, 3, 3, 3), test.Random("b", 5)], "a");
        w.Node("MaxPool", ["a"], "p", Ints("kernel_shape", 2, 2), Ints("strides", 2, 2));
        w.Node("Concat", ["p", "p"], "c", Int("axis", 1));
        w.Node("Slice", ["c", w.Longs("s", 1), w.Longs("e", 7), w.Longs("axes", 1)], "d");
        w.Node("Pad", ["d", w.Longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)], "q");
        w.Node("Reshape", ["q", w.Longs("shape", 1, -1)], "f");
        w.Node("Gemm", ["f", test.Random("w2", 7, 120)], "y", Int("transB", 1));
        byte[] file = test.File(1, 7);
        Random random = new(5);
        int imported = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. file];
            int changes = 1 + random.Next(3);
            for (int k = 0; k < changes; k++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (i % 7 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                OnnxImporter.Import(damaged, "case.onnx");
                imported++;
            }
            catch (ConversionException)
            {
            }
        }

        // Most changes hit weights, whose values are as good as any.
        Assert.InRange(imported, 1000, 2900);
    }

    private static ModelProto Relu(long[] dims, string[] parameters)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        shape.Dim.AddRange(parameters.Select(p => new TensorShapeProto.Types.Dimension { DimParam = p }));
        GraphProto graph = new() { Name = "case" };
        graph.Input.Add(new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } });
        graph.Output.Add(new ValueInfoProto { Name = "y" });
        NodeProto node = new() { OpType = "Relu" };
        node.Input.Add("x");
        node.Output.Add("y");
        graph.Node.Add(node);
        ModelProto model = new() { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return model;
    }

    private static ConversionException Refused(byte[] file) => Assert.Throws<ConversionException>(() => OnnxImporter.Import(file, "case.onnx"));
}
