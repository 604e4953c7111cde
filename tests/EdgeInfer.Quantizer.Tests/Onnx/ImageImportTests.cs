using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx.Export;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Operators of networks that make images larger: against ONNX Runtime on the file itself, and quantized against floats.</summary>
public sealed class ImageImportTests
{
    [Theory]
    [InlineData(1, 1, 0, 0, 1)]
    [InlineData(2, 1, 1, 1, 1)]
    [InlineData(3, 1, 0, 2, 1)]
    [InlineData(2, 2, 1, 0, 1)]
    [InlineData(2, 1, 1, 0, 2)]
    [InlineData(2, 1, 0, 1, 4)]
    public void Transposed_convolution(int stride, int dilation, int pad, int extra, int groups)
    {
        OnnxCase test = new(1, 4, 5, 6);
        int height = (stride * 4) + extra + (dilation * 2) + 1 - (2 * pad), width = (stride * 5) + extra + dilation + 1 - pad;
        test.Writer.Node(
            "ConvTranspose", ["x", test.Random("w", 4, 8 / groups, 3, 2), test.Random("b", 8)], "y",
            Ints("strides", stride, stride), Ints("dilations", dilation, dilation), Ints("pads", pad, pad, pad, 0), Ints("output_padding", extra, extra), Int("group", groups));
        test.Check(1, 8, height, width).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Theory]
    [InlineData("SAME_UPPER", 3)]
    [InlineData("SAME_LOWER", 4)]
    [InlineData("VALID", 3)]
    public void Transposed_convolution_that_pads_itself(string mode, int filter)
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("ConvTranspose", ["x", test.Random("w", 3, 2, filter, filter)], "y", Ints("strides", 2, 2), Text("auto_pad", mode));
        test.Check(1, 2, mode == "VALID" ? 8 + filter : 10, mode == "VALID" ? 10 + filter : 12);
    }

    [Fact]
    public void Transposed_convolution_to_a_given_size()
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("ConvTranspose", ["x", test.Random("w", 3, 2, 4, 4)], "y", Ints("strides", 2, 2), Ints("output_shape", 11, 13));
        test.Check(1, 2, 11, 13);
    }

    [Fact]
    public void Transposed_convolution_of_a_sequence_takes_batch_normalization_and_activation()
    {
        OnnxCase test = new(1, 3, 7);
        OnnxModelWriter w = test.Writer;
        w.Node("ConvTranspose", ["x", test.Random("w", 3, 4, 3), test.Random("b", 4)], "a", Ints("strides", 2), Ints("pads", 1, 1), Ints("output_padding", 1));
        w.Node("BatchNormalization", ["a", test.Positive("s", 4), test.Random("o", 4), test.Random("m", 4), test.Positive("v", 4)], "c");
        w.Node("Relu", ["c"], "y");
        test.Check(1, 4, 14).MovesNothing();
        Assert.Equal(["Reshape", "TransposeConv", "Reshape"], test.Graph!.Operators.Select(o => o.Name));
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Theory]
    [InlineData("asymmetric", "floor", 2, "ResizeNearestNeighbor")]
    [InlineData("half_pixel", "round_prefer_floor", 2, "ResizeNearestNeighbor")]
    [InlineData("half_pixel", "round_prefer_ceil", 3, "ResizeNearestNeighbor")]
    [InlineData("asymmetric", "ceil", 2, "Gather")]
    [InlineData("asymmetric", "round_prefer_floor", 3, "Gather")]
    [InlineData("pytorch_half_pixel", "floor", 2, "Gather")]
    [InlineData("align_corners", "round_prefer_ceil", 2, "ResizeNearestNeighbor")]
    public void Nearest_pixels(string coordinates, string rounding, int factor, string expected)
    {
        OnnxCase test = new(1, 3, 4, 5);
        test.Writer.Node(
            "Resize", ["x", "", test.Writer.Floats("scales", [1, 1, factor, factor], 4)], "y", Text("coordinate_transformation_mode", coordinates), Text("nearest_mode", rounding));
        test.Check(1, 3, 4 * factor, 5 * factor).MovesNothing();
        Assert.Equal(expected, test.Graph!.Operators[0].Name);
        QuantizedCase.Demand(test.Graph!, 40);
    }

    [Fact]
    public void Nearest_pixels_of_a_given_size_and_of_a_sequence()
    {
        OnnxCase image = new(1, 3, 7, 5);
        image.Writer.Node("Resize", ["x", "", "", image.Writer.Longs("sizes", 4, 9)], "y", Ints("axes", 2, -1));
        image.Check(1, 3, 4, 9).MovesNothing();

        OnnxCase sequence = new(1, 3, 7);
        sequence.Writer.Node("Conv", ["x", sequence.Random("w", 4, 3, 2)], "a");
        sequence.Writer.Node("Resize", ["a", "", sequence.Writer.Floats("scales", [1, 1, 2.5f], 3)], "y");
        sequence.Check(1, 4, 15).MovesNothing();
    }

    [Theory]
    [InlineData("half_pixel", 9, 13)]
    [InlineData("pytorch_half_pixel", 3, 11)]
    [InlineData("align_corners", 8, 9)]
    [InlineData("asymmetric", 8, 15)]
    public void Interpolated_pixels(string coordinates, int height, int width)
    {
        OnnxCase test = new(1, 3, 4, 5);
        test.Writer.Node("Resize", ["x", "", "", test.Writer.Longs("sizes", 1, 3, height, width)], "y", Text("mode", "linear"), Text("coordinate_transformation_mode", coordinates));
        test.Check(1, 3, height, width).MovesNothing();
        Assert.IsType<ResizeBilinear>(Assert.Single(test.Graph!.Operators));
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Fact]
    public void Interpolated_sequence()
    {
        OnnxCase test = new(1, 3, 7);
        test.Writer.Node("Resize", ["x", "", test.Writer.Floats("scales", [1, 1, 2], 3)], "y", Text("mode", "linear"));
        test.Check(1, 3, 14).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Theory]
    [InlineData("DCR")]
    [InlineData("CRD")]
    public void Depth_to_space(string mode)
    {
        OnnxCase test = new(1, 12, 3, 5);
        test.Writer.Node("DepthToSpace", ["x"], "y", Int("blocksize", 2), Text("mode", mode));
        test.Check(1, 3, 6, 10);
        QuantizedCase.Demand(test.Graph!, 40);
    }

    [Fact]
    public void Space_to_depth()
    {
        OnnxCase test = new(1, 3, 4, 6);
        test.Writer.Node("SpaceToDepth", ["x"], "y", Int("blocksize", 2));
        test.Check(1, 12, 2, 3).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 40);
    }

    [Theory]
    [InlineData("reflect", 0)]
    [InlineData("edge", 0)]
    [InlineData("wrap", 0)]
    [InlineData("constant", 0)]
    [InlineData("constant", 2)]
    public void Pad(string mode, float value)
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        w.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        w.Node("Pad", ["a", w.Longs("pads", 0, 0, 2, 1, 0, 0, 1, 3), w.Floats("value", [value])], "p", Text("mode", mode));
        w.Node("Conv", ["p", test.Random("w2", 2, 4, 3, 3)], "y");
        test.Check(1, 2, 6, 8).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 30);
    }

    [Fact]
    public void Negative_pads_cut_elements_off()
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Pad", ["x", test.Writer.Longs("pads", -1, 2, 0, -2), test.Writer.Floats("value", [0.5f]), test.Writer.Longs("axes", 2, 3)], "y");
        test.Check(1, 3, 4, 6);
        QuantizedCase.Demand(test.Graph!, 40);
    }

    [Fact]
    public void Slopes_of_channels()
    {
        OnnxCase test = new(1, 3, 5, 6);
        test.Writer.Node("Conv", ["x", test.Random("w", 4, 3, 1, 1)], "a");
        test.Writer.Node("PRelu", ["a", test.Random("slopes", 4, 1, 1)], "y");
        test.Check(1, 4, 5, 6).MovesNothing();
        Assert.IsType<Prelu>(test.Graph!.Operators[^1]);
        QuantizedCase.Demand(test.Graph!, 33);
    }

    [Fact]
    public void Transposed_convolutions_are_equalized_with_their_neighbours()
    {
        OnnxCase test = new(1, 3, 5, 6);
        OnnxModelWriter w = test.Writer;
        float[] uneven = [.. Enumerable.Range(0, 8 * 3).Select(i => MathF.Pow(2, (i / 3) - 4) * ((i % 3) - 1.2f))];
        w.Node("Conv", ["x", w.Floats("w", uneven, 8, 3, 1, 1)], "a");
        w.Node("Relu", ["a"], "b");
        w.Node("ConvTranspose", ["b", test.Random("w2", 8, 2, 2, 2)], "y", Ints("strides", 2, 2));
        test.Check(1, 2, 10, 12);
        QuantizedCase.Demand(test.Graph!, 30);
    }
}
