using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Tflite;

namespace EdgeInfer.Tests.Tflite;

/// <summary>Models that fuzzing has found in files of others, made small and anew: each is refused with a reason.</summary>
public sealed class HostileModelTests
{
    [Theory]
    [InlineData("CONV_2D")]
    [InlineData("DEPTHWISE_CONV_2D")]
    public void An_image_without_channels_is_refused(string name)
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int input = main.Activation("in", 1, 2, 2, 0), output = main.Activation("out", 1, 2, 2, 1);
        int weights = main.Constant<sbyte>("weights", ElementType.Int8, [1, 1, 1, 1], [1], (0.5f, 0));
        main.Add(name, [input, weights, -1], [output], new() { [0] = (sbyte)1, [1] = 1, [2] = 1 }, version: 3);
        main.Add("POW", [output, output], [main.Activation("unknown", 1, 2, 2, 1)]);
        main.Inputs.Add(input);
        main.Outputs.Add(main.Tensors.Count - 1);

        Assert.Contains("'in' has no elements", Refused(() => ModelConverter.Convert(builder.Build(), "test.tflite")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_concatenation_of_nothing_is_refused()
    {
        TfliteBuilder builder = new();
        int output = builder.Main.Activation("out", 1, 4);
        builder.Main.Add("CONCATENATION", [], [output]);
        builder.Main.Outputs.Add(output);

        Assert.Contains("it has no input 0", Refused(() => ModelConverter.Convert(builder.Build(), "test.tflite")), StringComparison.Ordinal);
    }

    [Fact]
    public void Computed_weights_of_a_constant_input_are_refused()
    {
        TfliteBuilder builder = new();
        TfliteBuilder.Subgraph main = builder.Main;
        int weights = main.Plain("weights", ElementType.Float32, 3, 2), output = main.Plain("out", ElementType.Float32, 1, 3);
        main.Add("FULLY_CONNECTED", [main.Constant("constant", ElementType.Float32, [1, 2], [1f, 2f]), weights, -1], [output], new() { [0] = (sbyte)0 });
        main.Inputs.Add(weights);
        main.Outputs.Add(output);

        Assert.Contains("only constants are supported", Refused(() => TfliteImporter.ImportFloat(builder.Build(), "test.tflite")), StringComparison.Ordinal);
    }

    private static string Refused(Action action) => Assert.Throws<ConversionException>(action).Message;
}
