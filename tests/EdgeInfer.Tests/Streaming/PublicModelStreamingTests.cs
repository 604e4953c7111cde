using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Numerics;
using EdgeInfer.Converter.Operators;
using EdgeInfer.Converter.Passes;
using EdgeInfer.Converter.Streaming;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Tests.Conformance;

namespace EdgeInfer.Tests.Streaming;

/// <summary>Public windowed models, streamed, on features of real speech.</summary>
public sealed class PublicModelStreamingTests
{
    private const int Keywords = 1000;

    [SharedTheory]
    [InlineData(TimePadding.Keep, 2, 250)]
    [InlineData(TimePadding.Drop, 2, 600)]
    [InlineData(TimePadding.Drop, 6, 250)]
    [InlineData(TimePadding.Drop, 24, 60)]
    [InlineData(TimePadding.Extend, 4, 250)]
    public void Keyword_spotting(TimePadding padding, int hop, int inferences)
    {
        byte[] frames = File.ReadAllBytes(SharedData.PathOf("speech", "kws01", "mfcc_int8.bin"));
        DemandEqual(Convert("kws_ref_model_int8", padding, hop), frames, inferences, hop * 10);
    }

    [SharedTheory]
    [InlineData(TimePadding.Keep, 2)]
    [InlineData(TimePadding.Keep, 10)]
    [InlineData(TimePadding.Extend, 2)]
    public void Micro_speech(TimePadding padding, int hop)
    {
        byte[] speech = [.. Directory.GetFiles(SharedData.PathOf("audio", "features"), "*.step20.int8.bin").Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
        byte[] noise = new byte[2 * Keywords * 40];
        new Random(1).NextBytes(noise);
        byte[] frames = [.. speech, .. noise, .. speech];
        DemandEqual(Convert("micro_speech_quantized", padding, hop), frames, frames.Length / (hop * 40), hop * 40);
    }

    /// <summary>The window is a kilobyte and more of the input; a streamed model takes its new frames only.</summary>
    [SharedTheory]
    [InlineData("kws_ref_model_int8", TimePadding.Drop, 10, 0.07)]
    [InlineData("kws_ref_model_int8", TimePadding.Extend, 10, 0.04)]
    [InlineData("micro_speech_quantized", TimePadding.Keep, 40, 0.28)]
    [InlineData("micro_speech_quantized", TimePadding.Extend, 40, 0.09)]
    public void Streaming_saves_most_of_the_work(string name, TimePadding padding, int features, double share)
    {
        ConversionResult result = Convert(name, padding, null);
        Assert.Equal(2 * features, new Interpreter(result.Model).Input(0).Count);
        Assert.InRange(result.Model.Macs, 1, (long)(share * result.Windowed!.Macs));
        Assert.Equal(result.Plan.LowerBoundBytes, result.Plan.Bytes);
        Assert.InRange(result.Blob.Length, 1, 1.1 * new FileInfo(PublicModel.Load(name).PathOf("model.tflite")).Length);
    }

    /// <summary>One layer that pads: with frames of zeros in place of the padding, the longer window gives the original's outputs.</summary>
    [SharedFact]
    public void Micro_speech_with_zero_frames_in_place_of_padding_is_the_original()
    {
        PublicModel model = PublicModel.Load("micro_speech_quantized");
        Interpreter extended = new(Windowed("micro_speech_quantized", TimePadding.Extend));
        byte zero = (byte)extended.Input(0).ZeroPoint;
        foreach ((byte[] input, byte[] output) in model.Vectors)
        {
            byte[] longer = [.. Enumerable.Repeat(zero, 4 * 40), .. input, .. Enumerable.Repeat(zero, 5 * 40)];
            Assert.Equal(output, PublicModel.Run(extended, longer));
        }
    }

    /// <summary>The same layers put together by hand, with VALID padding in time.</summary>
    [SharedFact]
    public void Keyword_spotting_without_padding_is_what_its_layers_give()
    {
        ModelGraph source = TfliteImporter.Import(File.ReadAllBytes(PublicModel.Load("kws_ref_model_int8").PathOf("model.tflite")), "kws");
        PassPipeline.Simplify(source);
        ModelGraph byHand = new("by hand");
        byHand.Inputs.Add(source.Inputs[0]);
        GraphTensor x = byHand.Inputs[0];
        foreach (Operator op in source.Operators)
        {
            (int filter, int stride) = op is Conv2D or DepthwiseConv2D ? (((ISlidesWindow)op).FilterHeight, ((ISlidesWindow)op).Window.StrideHeight) : (1, 1);
            int[] shape = [.. op.Output.Shape];
            if (op is Conv2D or DepthwiseConv2D) shape[1] = ((x.Shape[1] - filter) / stride) + 1;
            GraphTensor y = new(op.Output.Name, op.Output.Type, shape) { Quantization = op.Output.Quantization };
            Operator valid = op is AveragePool2D ? new AveragePool2D(x, y, 12, 5, new Window2D(25, 5), FusedActivation.None) { Label = op.Label } : op.With([x, .. op.Inputs.Skip(1)], [y]);
            if (valid is IFoldsPadding convolution) convolution.Window = convolution.Window with { Top = 0, Bottom = 0 };
            byHand.Operators.Add(valid);
            x = y;
        }

        byHand.Outputs.Add(x);
        Interpreter expected = new(GraphRunner.Convert(byHand).Model), actual = new(Windowed("kws_ref_model_int8", TimePadding.Drop));
        byte[] frames = File.ReadAllBytes(SharedData.PathOf("speech", "kws01", "mfcc_int8.bin"))[..(100 * 490)];
        Assert.Equal(PublicModel.Run(expected, frames), PublicModel.Run(actual, frames));
    }

    [SharedTheory]
    [InlineData("mww_v2_okay_nabu", "it keeps a state, so the model takes new frames only already. Convert it without --stream")]
    [InlineData("mww_v2_vad", "it keeps a state, so the model takes new frames only already")]
    [InlineData("keyword_scrambled_8bit", "it keeps a state, so the model takes new frames only already")]
    [InlineData("ad01_int8", "is no sequence of frames; FULLY_CONNECTED (operator 0) takes it as one vector")]
    [InlineData("simple_add_model", "the inputs: there are")]
    public void Other_models_are_refused(string name, string reason) =>
        Assert.Contains(reason, Assert.Throws<ConversionException>(() => Convert(name, TimePadding.Keep, null)).Message, StringComparison.Ordinal);

    [SharedFact]
    public void A_layer_with_weights_for_every_row_cannot_lose_some() =>
        Assert.Contains(
            "20 of 25 rows of 'Relu' are left, which it cannot be applied to. Take --time-padding extend",
            Assert.Throws<ConversionException>(() => Convert("micro_speech_quantized", TimePadding.Drop, null)).Message,
            StringComparison.Ordinal);

    private static void DemandEqual(ConversionResult result, byte[] frames, int inferences, int bytes)
    {
        StreamingCheck check = result.Streaming!.Check(result.Windowed!, result.Model);
        Assert.Equal(bytes, check.HopBytes);
        for (int i = 0; i < inferences; i++)
        {
            if (i == inferences / 2) check.Reset();
            Assert.True(check.Next(frames.AsSpan(i * bytes, bytes)), $"inference {i}");
        }
    }

    private static ConversionResult Convert(string name, TimePadding padding, int? hop) =>
        ModelConverter.ConvertFile(PublicModel.Load(name).PathOf("model.tflite"), new ConversionOptions { Streaming = new StreamingOptions(hop), TimePadding = padding });

    private static Model Windowed(string name, TimePadding padding) =>
        ModelConverter.ConvertFile(PublicModel.Load(name).PathOf("model.tflite"), new ConversionOptions { TimePadding = padding }).Model;
}
