using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Float models whose weights were stored in half precision: DEQUANTIZE before every use makes floats of them.</summary>
public sealed class HalfPrecisionTests
{
    private const sbyte Float16 = 1;

    [Fact]
    public void Weights_of_half_precision_become_constants_of_floats()
    {
        ModelGraph graph = TfliteImporter.ImportFloat(Model([(Half)1.5f, (Half)(-2), (Half)0.25f, (Half)0.099976f, (Half)0, (Half)65504]), "half.tflite");
        FullyConnected op = Assert.IsType<FullyConnected>(Assert.Single(graph.Operators));
        Assert.Equal([1.5f, -2, 0.25f, (float)(Half)0.099976f, 0, 65504], op.Weights.Floats().ToArray());
    }

    [Fact]
    public void A_constant_of_the_wrong_length_is_refused()
    {
        ConversionException refusal = Assert.Throws<ConversionException>(() => TfliteImporter.ImportFloat(Model([(Half)1, (Half)2]), "half.tflite"));
        Assert.Contains("of half precision has 4 bytes where 12 belong", refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Model(Half[] weights)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int x = main.Plain("x", ElementType.Float32, 1, 3), stored = main.Constant("stored", ElementType.Float32, [2, 3], weights);
        main.Tensors[stored].Type = Float16;
        int w = main.Plain("w", ElementType.Float32, 2, 3), y = main.Plain("y", ElementType.Float32, 1, 2);
        main.Add("DEQUANTIZE", [stored], [w], version: 3);
        main.Add("FULLY_CONNECTED", [x, w, -1], [y]);
        main.Inputs.Add(x);
        main.Outputs.Add(y);
        return builder.Build();
    }
}
