using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Conformance;

/// <summary>
/// Whole models with 4-bit weights. There are no public ones, so the weights of public 8-bit models lose their lower half; the twin that keeps the
/// same numbers in 8 bits, whose kernels have golden vectors of their own, says what must come out.
/// </summary>
public sealed class FourBitModelTests
{
    [SharedTheory]
    [InlineData("kws_ref_model_int8")]
    [InlineData("ad01_int8")]
    [InlineData("person_detect")]
    public void A_model_gives_what_its_8_bit_twin_gives_from_a_smaller_blob(string name)
    {
        ConversionResult four = Compare(name, new ConversionOptions());
        ConversionResult eight = Convert(name, ElementType.Int8, new ConversionOptions());

        Assert.InRange(four.Packer.Constants.Bytes.Count, eight.Packer.Constants.Bytes.Count / 2, eight.Packer.Constants.Bytes.Count * 6 / 10);
        Assert.Contains("EdgeInfer.FourBit", DeviceLibraries.NeededBy(four.Model));
    }

    [SharedTheory]
    [InlineData("kws_ref_model_int8", 1000)]
    [InlineData("ad01_int8", 3000)]
    public void Weights_are_read_while_the_model_runs(string name, int buffer) =>
        Assert.InRange(Compare(name, new ConversionOptions { WeightBuffer = buffer }).Model.Bytes.Length, 1, buffer);

    [SharedFact]
    public void Layers_are_run_in_bands() =>
        Assert.InRange(Compare("person_detect", new ConversionOptions { ArenaLimit = 40_000 }).Model.ArenaBytes, 1, 40_000);

    [SharedFact]
    public void Packing_leaves_4_bit_weights_as_they_are() =>
        Assert.Empty(Compare("ad01_int8", new ConversionOptions { PackWeights = true }).Packer.ResetProgram);

    private static ConversionResult Compare(string name, ConversionOptions options)
    {
        ConversionResult four = Convert(name, ElementType.Int4, options);
        Interpreter interpreter = new(four.Model), twin = new(Convert(name, ElementType.Int8, new ConversionOptions()).Model);
        foreach ((byte[] input, _) in PublicModel.Load(name).Vectors.Take(2)) Assert.Equal(PublicModel.Run(twin, input), PublicModel.Run(interpreter, input));
        return four;
    }

    private static ConversionResult Convert(string name, ElementType type, ConversionOptions options)
    {
        ModelGraph graph = TfliteImporter.Import(File.ReadAllBytes(PublicModel.Load(name).PathOf("model.tflite")), name);
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            if (graph.Operators[i] is Conv2D or DepthwiseConv2D or FullyConnected) graph.Operators[i] = WithUpperHalves(graph.Operators[i], type);
        }

        return ModelConverter.Convert(graph, new byte[32], options);
    }

    /// <summary>The same operator with the upper four bits of its weights, at sixteen times their scales.</summary>
    private static Operator WithUpperHalves(Operator op, ElementType type)
    {
        GraphTensor weights = op.Inputs[1]!;
        Quantization all = weights.Quantization!;
        GraphTensor halves = new(weights.Name, type, weights.Shape)
        {
            Data = [.. weights.Int8s().ToArray().Select(w => (byte)(w >> 4))],
            Quantization = new Quantization([.. all.Scales.Select(s => 16 * s)], all.ZeroPoints, all.Axis),
        };
        return op.With([op.Inputs[0], halves, .. op.Inputs[2..]], op.Outputs);
    }
}
