using System.Security.Cryptography;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Onnx;
using EdgeInfer.Onnx.Export;
using EdgeInfer.Onnx.Import;
using EdgeInfer.Onnx.Schema;
using static EdgeInfer.Onnx.Export.OnnxModelWriter;

namespace EdgeInfer.Fuzzing;

/// <summary>The way from an .onnx file to a blob where the file is quantized, and otherwise as far as it goes without data.</summary>
internal sealed class OnnxTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "onnx";

    /// <inheritdoc/>
    public override bool Run(byte[] input)
    {
        bool quantizable = Refusal.Of(() => GraphQuantizer.Check(OnnxImporter.Import(input, "fuzzed.onnx")));
        return Refusal.Of(() =>
        {
            ModelGraph graph = OnnxImporter.Import(input, "fuzzed.onnx");
            ModelConverter.Convert(graph, SHA256.HashData(input), new ConversionOptions { SelfTestFrames = 0 });
        }) || quantizable;
    }

    /// <summary>Every operator of the importer's table, with operands and attributes that many operators have.</summary>
    public override IEnumerable<byte[]> Seeds()
    {
        AttributeProto[] window = [Ints("kernel_shape", 2, 2), Ints("pads", 0, 0, 0, 0), Ints("strides", 1, 1)], axes = [Int("axis", 1), Ints("axes", 1), Int("keepdims", 1)];
        foreach (string name in OnnxOperatorTable.Names)
        {
            yield return Model(name, [], ["x"]);
            yield return Model(name, axes, ["x", "longs"]);
            yield return Model(name, axes, ["x", "x", "x"]);
            yield return Model(name, axes, ["floats", "longs", "longs", "longs"]);
            yield return Model(name, window, ["x", "floats", "bias"]);
            yield return Model(name, [], ["x", "scale", "zero", "floats", "scale", "zero", "scale", "zero"]);
        }
    }

    private static byte[] Model(string name, AttributeProto[] attributes, string[] inputs)
    {
        OnnxModelWriter writer = new("seed");
        writer.Input("x", [1, 2, 4, 4]);
        if (inputs.Contains("longs")) writer.Longs("longs", 0, 1, 2, 3);
        if (inputs.Contains("floats")) writer.Floats("floats", [1, -2, 3, -4, 5, 6, 7, 8], 2, 1, 2, 2);
        if (inputs.Contains("bias")) writer.Floats("bias", [1, 2], 2);
        if (inputs.Contains("scale")) writer.Floats("scale", [0.5f]);
        if (inputs.Contains("zero")) writer.Constant("zero", OnnxType.Int8, [3]);
        writer.Node(name, inputs, "y", attributes);
        writer.Node("Relu", ["y"], "z");
        writer.Output("z", [1, 2, 4, 4]);
        return writer.Finish();
    }
}
