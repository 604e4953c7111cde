using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Quantizer.Evaluation;

namespace EdgeInfer.Quantizer.Tests.Onnx;

/// <summary>Functions that files write out as several nodes are one table on the device.</summary>
public sealed class FunctionFusingTests
{
    private static readonly Dictionary<string, (Func<OnnxModelWriter, string, string> Write, Func<double, double> Value)> Forms = new()
    {
        ["Gelu"] = ((w, x) => Mul(w, Mul(w, x, Add(w, Erf(w, Div(w, x, 1.41421356f)), 1)), 0.5f), x => x * (RealFunction.Erf.Evaluate(x / Math.Sqrt(2)) + 1) / 2),
        ["Gelu, its half first"] = ((w, x) => Mul(w, Mul(w, x, 0.5f), Add(w, Erf(w, Mul(w, x, 0.70710678f)), 1)), x => x * (RealFunction.Erf.Evaluate(x / Math.Sqrt(2)) + 1) / 2),
        ["Gelu by a hyperbolic tangent"] = ((w, x) => Mul(w, Mul(w, x, 0.5f), Add(w, Node(w, "Tanh", Mul(w, Node(w, "Add", x, Mul(w, Node(w, "Pow", x, Number(w, 3)), 0.044715f)), 0.7978846f)), 1)), x => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) / 2),
        ["Mish"] = ((w, x) => Mul(w, x, Node(w, "Tanh", Node(w, "Log", Add(w, Node(w, "Exp", x), 1)))), x => x * Math.Tanh(Math.Log(1 + Math.Exp(x)))),
        ["HardSwish"] = ((w, x) => Div(w, Mul(w, x, Node(w, "Clip", Add(w, x, 3), Number(w, 0), Number(w, 6))), 6), x => x * Math.Clamp(x + 3, 0, 6) / 6),
        ["SiLU"] = ((w, x) => Mul(w, x, Node(w, "Sigmoid", x)), x => x / (1 + Math.Exp(-x))),
        ["SiLU as a quotient"] = ((w, x) => Node(w, "Div", x, Add(w, Node(w, "Exp", Node(w, "Neg", x)), 1)), x => x / (1 + Math.Exp(-x))),
        ["Elu as a choice"] = ((w, x) => Node(w, "Where", Node(w, "Greater", x, Number(w, 0)), x, Add(w, Node(w, "Exp", x), -1)), x => x > 0 ? x : Math.Exp(x) - 1),
        ["A shrinkage"] = ((w, x) => Mul(w, Node(w, "Sign", x), Node(w, "Max", Add(w, Node(w, "Abs", x), -0.25f), Number(w, 0))), x => Math.Sign(x) * Math.Max(Math.Abs(x) - 0.25, 0)),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_that_is_written_out_is_one_table(string name)
    {
        OnnxCase test = Case(name);
        ModelGraph graph = OnnxImporter.Import(test.File(1, 4, 6, 5), "case.onnx");
        ConversionResult result = QuantizedCase.Demand(graph, 28);
        Assert.Equal([OperatorCode.Conv2D, OperatorCode.Lookup, OperatorCode.Conv2D], RecordsOf(result.Model));

        // To the bit: the function of the real number that an integer stands for, rounded once.
        ElementFunction function = result.Graph.Operators.OfType<ElementFunction>().Single();
        Quantization x = function.Input.Quantization!, y = function.Output.Quantization!;
        for (int value = sbyte.MinValue; value <= sbyte.MaxValue; value++)
        {
            double real = function.Function.Evaluate((double)x.Scale * (value - x.ZeroPoint));
            Assert.Equal(Forms[name].Value((double)x.Scale * (value - x.ZeroPoint)), real, 1e-5);
            Assert.Equal((int)Math.Clamp(Math.Round(real / y.Scale, MidpointRounding.AwayFromZero) + y.ZeroPoint, -128, 127), function.Evaluate(value));
        }

        // What goes out in QDQ form comes back as the same model.
        byte[] again = ModelConverter.Convert(OnnxImporter.Import(OnnxExporter.Export(graph, new OnnxExportOptions { Quantize = true }).File, "case.onnx"), new byte[32], new ConversionOptions { SelfTestFrames = 0 }).Blob;
        Sample[] samples = [new([[.. Enumerable.Range(0, 90).Select(i => MathF.Sin(i))]], -1, "")];
        Assert.Equal(DeviceRun.Of(result.Blob, samples)[0][0], DeviceRun.Of(again, samples)[0][0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_fused_computes_what_the_file_does(string name)
    {
        OnnxCase test = Case(name);
        test.Check(1, 4, 6, 5);
        float[] x = [.. Enumerable.Range(0, 90).Select(i => MathF.Sin(3 * i))];
        using FloatReference before = new(test.Graph!);
        float[] expected = before.Run(x)[0];
        FunctionFusing.Run(test.Graph!);
        using FloatReference after = new(test.Graph!);
        float[] actual = after.Run(x)[0];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
        Assert.Equal("Function", test.Graph!.Operators[^2].Name);
    }

    [Fact]
    public void Sixteen_bits_have_tables_only_where_they_have_no_kernel()
    {
        Assert.Contains(With16Bits("SiLU"), op => op is Logistic);
        Assert.Contains(With16Bits("Gelu"), op => op is ComposedFunction);
    }

    private static List<Operator> With16Bits(string name)
    {
        ModelGraph graph = OnnxImporter.Import(Case(name).File(1, 4, 6, 5), "case.onnx");
        Sample[] samples = [new([[.. Enumerable.Range(0, 90).Select(i => MathF.Sin(i))]], -1, "")];
        PostTrainingQuantizer.Run(graph, SampleSet.For(samples, graph), QuantizationRecipe.Default with { ActivationBits = 16 });
        return graph.Operators;
    }

    [Fact]
    public void What_is_read_elsewhere_or_given_back_stays()
    {
        OnnxCase test = new(1, 8);
        OnnxModelWriter w = test.Writer;
        string a = Add(w, Node(w, "Exp", "x"), 1), b = Node(w, "Log", a), c = Node(w, "Tanh", b), d = Node(w, "Abs", c);
        w.Output(b, [1, 8]);
        w.Node("Add", [Node(w, "Softmax", a), d], "y");
        ModelGraph graph = OnnxImporter.Import(test.File(1, 8), "case.onnx");
        FunctionFusing.Run(graph);

        // x to a, which the softmax reads; a to b, which is an output; b to d; the sum of two is no function of one.
        Assert.Equal(["Function", "Log", "Function", "Softmax", "Add"], graph.Operators.Select(op => op.Name));
    }

    [Fact]
    public void Factors_of_channels_and_two_inputs_are_no_function_of_one_number()
    {
        OnnxCase test = new(1, 8);
        OnnxModelWriter w = test.Writer;
        w.Node("Tanh", [Node(w, "Mul", Node(w, "Exp", "x"), test.Random("factors", 8))], "y");
        ModelGraph graph = OnnxImporter.Import(test.File(1, 8), "case.onnx");
        FunctionFusing.Run(graph);
        Assert.Equal(["Exp", "Mul", "Tanh"], graph.Operators.Select(op => op.Name));
    }

    [Fact]
    public void Quantized_files_may_leave_the_steps_in_floats()
    {
        OnnxModelWriter w = new("case");
        w.Input("x", [1, 4]);
        w.Node("Identity", [Rounded(w, Mul(w, Rounded(w, "x", 0.05f), Add(w, Erf(w, Div(w, "x 0.05 dequantized", 1.41421356f)), 1)), 0.04f)], "y");
        w.Output("y", [1, 4]);
        ConversionResult result = ModelConverter.Convert(OnnxImporter.Import(w.Finish(), "case.onnx"), new byte[32], new ConversionOptions { SelfTestFrames = 0 });
        Assert.Equal([OperatorCode.Lookup], RecordsOf(result.Model));
        Assert.Equal([42, 0, -8, 0], DeviceRun.Of(result.Blob, [new Sample([[1, 0, -1, -6]], -1, "")])[0][0].Select(v => (int)Math.Round(v / 0.04)));
    }

    private static OnnxCase Case(string name)
    {
        OnnxCase test = new(1, 3, 6, 5);
        OnnxModelWriter w = test.Writer;
        string x = w.Node("Conv", ["x", test.Random("w1", 6, 3, 1, 1), test.Random("b1", 6)], w.Unique("between"));
        w.Node("Conv", [Forms[name].Write(w, x), test.Random("w2", 4, 6, 1, 1)], "y");
        return test;
    }

    private static OperatorCode[] RecordsOf(Model model)
    {
        List<OperatorCode> codes = [];
        for (int i = 0, position = model.MainProgram; i < model.OperatorCount; i++, position += model.Words[position + Record.Length]) codes.Add((OperatorCode)model.Words[position + Record.Code]);
        return [.. codes];
    }

    private static string Rounded(OnnxModelWriter w, string value, float scale)
    {
        string[] parameters = [w.Floats("s", [scale]), w.Constant("z", OnnxType.Int8, [0])];
        return w.Node("DequantizeLinear", [w.Node("QuantizeLinear", [value, .. parameters], w.Unique("integers")), .. parameters], w.Unique(FormattableString.Invariant($"x {scale} dequantized")));
    }

    private static string Number(OnnxModelWriter w, float value) => w.Floats("number", [value]);

    private static string Node(OnnxModelWriter w, string type, params string[] inputs) => w.Node(type, inputs, w.Unique(type));

    private static string Erf(OnnxModelWriter w, string x) => Node(w, "Erf", x);

    private static string Add(OnnxModelWriter w, string x, float value) => Node(w, "Add", x, Number(w, value));

    private static string Mul(OnnxModelWriter w, string x, float value) => Node(w, "Mul", x, Number(w, value));

    private static string Mul(OnnxModelWriter w, string x, string y) => Node(w, "Mul", x, y);

    private static string Div(OnnxModelWriter w, string x, float value) => Node(w, "Div", x, Number(w, value));
}
