using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Tflite;
using static EdgeInfer.Tests.Passes.PassComparison;

namespace EdgeInfer.Tests.Passes;

public sealed class PassPipelineTests
{
    [Fact]
    public void One_simplification_makes_room_for_the_next()
    {
        ModelGraph graph = Run(
            () =>
            {
                GraphTensor input = Tensor("in", 1, 4, 4, 1), same = Tensor("same", 1, 4, 4, 1), padded = Tensor("padded", 1, 6, 6, 1), again = Tensor("again", 1, 6, 6, 1);
                GraphTensor filtered = Tensor("filtered", 1, 4, 4, 2), kept = Tensor("kept", 1, 4, 4, 2), clamped = Tensor("clamped", 1, 4, 4, 2), flat = Tensor("flat", 1, 32);
                return Graph(
                    [input],
                    [flat],
                    new Slice(input, [0, 0, 0, 0], [1, 4, 4, 1], [1, 1, 1, 1], same),
                    new Pad(same, [0, 1, 1, 0], [0, 1, 1, 0], padded),
                    new Quantize(padded, again),
                    new Conv2D(again, Constant("weights", 2, 3, 3, 1), null, filtered, new Window2D(), FusedActivation.None),
                    new Reshape(filtered, kept),
                    new Relu(kept, clamped, FusedActivation.Relu),
                    new Reshape(clamped, flat));
            },
            PassPipeline.Run);

        Conv2D conv = Assert.IsType<Conv2D>(Assert.Single(graph.Operators));
        Assert.Equal(new Window2D(Top: 1, Left: 1, Bottom: 1, Right: 1), conv.Window);
        Assert.Equal(FusedActivation.Relu, conv.Activation);
        Assert.Equal("in", conv.Input.Name);
        Assert.Equal("clamped", graph.Outputs[0].Storage.Name);
    }

    [SharedTheory]
    [InlineData("keyword_scrambled_8bit", 15)]
    [InlineData("kws_ref_model_int8", 12)]
    [InlineData("micro_speech_quantized", 3)]
    [InlineData("mnist_lstm_int8", 3)]
    [InlineData("mww_v2_okay_nabu", 32)]
    [InlineData("mww_v2_vad", 18)]
    [InlineData("pretrainedResnet_int8", 15)]
    public void Public_models_give_the_same_bytes_with_fewer_operators(string model, int operators)
    {
        byte[] file = File.ReadAllBytes(SharedData.PathOf("conformance", "models", model, "model.tflite"));

        ModelGraph graph = Run(() => TfliteImporter.Import(file, model), PassPipeline.Run);

        Assert.Equal(operators, graph.Operators.Count);
    }
}
