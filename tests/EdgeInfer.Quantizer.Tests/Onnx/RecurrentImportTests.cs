using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Onnx.Schema;
using Google.Protobuf;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>LSTM, GRU and RNN: against ONNX Runtime's own operators, and quantized to the device's integer kernels against floats.</summary>
public sealed class RecurrentImportTests
{
    private const int Steps = 9, Inputs = 5, Cells = 6;

    [Theory]
    [InlineData("forward", 1)]
    [InlineData("reverse", 1)]
    [InlineData("bidirectional", 1)]
    [InlineData("forward", 3)]
    public void Lstm_at_every_step(string direction, int batch)
    {
        OnnxCase test = Case("LSTM", direction, batch, "y", "");
        test.Check(Steps, Directions(direction), batch, Cells);
        Assert.Equal(Directions(direction), test.Graph!.Operators.Count(op => op is UnidirectionalSequenceLstm));
        QuantizedCase.Demand(test.Graph!, 30);
    }

    [Theory]
    [InlineData("forward", 0)]
    [InlineData("reverse", 1)]
    [InlineData("bidirectional", 0)]
    [InlineData("bidirectional", 1)]
    public void Gru_at_every_step(string direction, int beforeReset)
    {
        OnnxCase test = Case("GRU", direction, 2, "y", "", Int("linear_before_reset", beforeReset));
        test.Check(Steps, Directions(direction), 2, Cells);
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Theory]
    [InlineData("forward", "Tanh")]
    [InlineData("reverse", "Relu")]
    [InlineData("bidirectional", "Tanh")]
    public void Rnn_at_every_step(string direction, string function)
    {
        AttributeProto functions = new() { Name = "activations", Type = 8 };
        functions.Strings.AddRange(Enumerable.Repeat(ByteString.CopyFromUtf8(function), Directions(direction)));
        OnnxCase test = Case("RNN", direction, 2, "y", "", functions);
        test.Check(Steps, Directions(direction), 2, Cells);
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Theory]
    [InlineData("LSTM", "forward")]
    [InlineData("LSTM", "reverse")]
    [InlineData("LSTM", "bidirectional")]
    [InlineData("GRU", "forward")]
    [InlineData("GRU", "reverse")]
    [InlineData("GRU", "bidirectional")]
    [InlineData("RNN", "forward")]
    [InlineData("RNN", "bidirectional")]
    public void The_last_step(string type, string direction)
    {
        OnnxCase test = Case(type, direction, 1, "", "y");
        test.Check(Directions(direction), 1, Cells);
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void A_classifier_as_PyTorch_writes_it()
    {
        OnnxCase test = new(1, Steps, Inputs);
        OnnxModelWriter w = test.Writer;
        w.Node("Transpose", ["x"], "t", Ints("perm", 1, 0, 2));
        w.Node("ConstantOfShape", [w.Longs("state shape", 1, 1, Cells)], "zero");
        w.Node("LSTM", ["t", test.Random("w", 1, 4 * Cells, Inputs), test.Random("r", 1, 4 * Cells, Cells), test.Random("b", 1, 8 * Cells), "", "zero", "zero"], ["h", "last", "cell"], Int("hidden_size", Cells));
        w.Node("Squeeze", ["h", w.Longs("direction", 1)], "s");
        w.Node("Transpose", ["s"], "u", Ints("perm", 1, 0, 2));
        w.Node("Gather", ["u", w.Longs("index", -1)], "g", Int("axis", 1));
        w.Node("Squeeze", ["g", w.Longs("time", 1)], "f");
        w.Node("Gemm", ["f", test.Random("w2", 4, Cells), test.Random("b2", 4)], "y", Int("transB", 1));
        test.Check(1, 4).MovesNothing();
        QuantizedCase.Demand(test.Graph!, 28);
    }

    [Fact]
    public void Every_inference_begins_anew()
    {
        OnnxCase test = Case("LSTM", "forward", 1, "", "y");
        test.Check(1, 1, Cells);
        byte[] blob = QuantizedCase.Demand(test.Graph!, 28).Blob;
        Interpreter interpreter = new(Model.Load(blob));
        sbyte[][] outputs = new sbyte[3][];
        for (int run = 0; run < outputs.Length; run++)
        {
            for (int i = 0; i < interpreter.Input(0).Count; i++) interpreter.Input(0)[i] = (i * 37 % 256) - 128;
            interpreter.Invoke();
            outputs[run] = [.. Enumerable.Range(0, Cells).Select(i => (sbyte)interpreter.Output(0)[i])];
        }

        Assert.Equal(outputs[0], outputs[1]);
        Assert.Equal(outputs[0], outputs[2]);
    }

    [Fact]
    public void Steps_of_a_gru_share_their_weights_in_the_blob()
    {
        OnnxCase test = Case("GRU", "forward", 1, "", "y", Int("linear_before_reset", 1));
        test.Check(1, 1, Cells);
        ConversionResult result = QuantizedCase.Demand(test.Graph!, 28);
        GraphTensor[] weights = [.. result.Graph.Operators.OfType<FullyConnected>().Select(op => op.Weights).Where(w => w.Shape[1] == Cells)];
        Assert.Equal(Steps - 1, weights.Length);
        Assert.All(weights, w => Assert.Same(weights[0], w));
    }

    [Fact]
    public void Cells_get_scales_that_are_powers_of_two()
    {
        OnnxCase test = Case("LSTM", "forward", 1, "y", "");
        test.Check(Steps, 1, 1, Cells);
        UnidirectionalSequenceLstm lstm = QuantizedCase.Demand(test.Graph!, 30).Graph.Operators.OfType<UnidirectionalSequenceLstm>().Single();
        float scale = lstm.CellState.Quantization!.Scale;
        Assert.Equal(scale, MathF.ScaleB(1, MathF.ILogB(scale)));
        Assert.InRange(scale, 1f / (1 << 17), 1f / (1 << 12));
        Assert.Same(lstm.Output.Quantization, lstm.HiddenState.Quantization);
    }

    [Fact]
    public void Variants_are_refused_with_a_way_out()
    {
        OnnxCase test = new(Steps, 1, Inputs);
        OnnxModelWriter w = test.Writer;
        string weights = test.Random("w", 1, 4 * Cells, Inputs), recurrent = test.Random("r", 1, 4 * Cells, Cells), none = string.Empty;
        w.Node("LSTM", ["x", weights, recurrent], "a", Float("clip", 3));
        w.Node("LSTM", ["x", weights, recurrent], "b", Int("layout", 1));
        w.Node("LSTM", ["x", weights, recurrent, none, none, test.Random("h", 1, 1, Cells)], "c");
        w.Node("LSTM", ["x", weights, recurrent, none, none, none, none, test.Random("p", 1, 3 * Cells)], "d");
        w.Node("LSTM", ["x", weights, recurrent], ["e", "", "cell"]);
        w.Node("GRU", ["x", weights, recurrent], "f");
        w.Node("LSTM", ["x", weights, recurrent], "g", Int("input_forget", 1));
        w.Node("Sum", ["a", "b", "c", "d", "e", "f", "g", "cell"], "y");
        string message = Assert.Throws<ConversionException>(() => OnnxImporter.Import(test.File(1), "case.onnx")).Message;
        foreach (string part in (string[])
            [
                "'a': clipped activations are not supported",
                "'b': layout 1 is not supported",
                "'c': a state to begin with is not supported unless it is a constant zero",
                "'d': peephole weights are not supported",
                "'cell': its last cell state as an output is not supported",
                "'f': weights [1,24,5] and [1,24,6] in 1 directions do not fit an input [9,1,5]",
                "'g': coupled input and forget gates are not supported",
            ]) Assert.Contains(part, message, StringComparison.Ordinal);
    }

    private static OnnxCase Case(string type, string direction, int batch, string all, string last, params AttributeProto[] attributes)
    {
        OnnxCase test = new(Steps, batch, Inputs);
        int gates = type switch { "LSTM" => 4, "GRU" => 3, _ => 1 }, directions = Directions(direction);
        string[] inputs = ["x", test.Random("w", directions, gates * Cells, Inputs), test.Random("r", directions, gates * Cells, Cells), test.Random("b", directions, 2 * gates * Cells)];
        test.Writer.Node(type, inputs, last.Length == 0 ? [all] : [all, last], [Int("hidden_size", Cells), Text("direction", direction), .. attributes]);
        return test;
    }

    private static int Directions(string direction) => direction == "bidirectional" ? 2 : 1;
}
