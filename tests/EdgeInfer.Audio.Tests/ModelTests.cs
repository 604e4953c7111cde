using System.Text.Json;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Audio;

namespace EdgeInfer.Audio.Tests;

/// <summary>From the recording to the model's answer, with a front end that comes out of the model's own blob.</summary>
public class ModelTests
{
    public static TheoryData<string> Recordings => [.. Recording.Seconds];

    [SharedTheory]
    [MemberData(nameof(Recordings))]
    public void Micro_speech_hears_what_it_should(string name)
    {
        Model model = Convert("micro_speech_quantized", MicroFrontEndConfiguration.MicroSpeech);
        Interpreter interpreter = new(model);
        interpreter.Input(0).CopyFrom(Recording.Features(FrontEnd.Create(model), Recording.Samples(name)), 0);
        interpreter.Invoke();
        sbyte[] output = new sbyte[4];
        interpreter.Output(0).CopyTo(output, 0);
        Assert.Equal(Expected(name, "micro_speech_quantized", "int8_output"), output.Select(value => (int)value));
    }

    [SharedTheory]
    [MemberData(nameof(Recordings))]
    public void Okay_nabu_hears_what_it_should(string name) => CheckStream(name, "mww_v2_okay_nabu");

    [SharedTheory]
    [MemberData(nameof(Recordings))]
    public void Vad_hears_what_it_should(string name) => CheckStream(name, "mww_v2_vad");

    [SharedFact]
    public void A_model_without_a_front_end_says_so()
    {
        BlobException refusal = Assert.Throws<BlobException>(() => FrontEnd.Create(Convert("micro_speech_quantized", null)));
        Assert.Equal("front end", refusal.Operator);
    }

    private static void CheckStream(string name, string network)
    {
        Model model = Convert(network, MicroFrontEndConfiguration.MicroWakeWord);
        Interpreter interpreter = new(model);
        sbyte[] features = Recording.Features(FrontEnd.Create(model), Recording.Samples(name));
        List<int> outputs = [];
        for (int frame = 0; frame < features.Length / 120; frame++)
        {
            interpreter.Input(0).CopyFrom(features, frame * 120);
            interpreter.Invoke();
            outputs.Add(interpreter.Output(0)[0]);
        }

        Assert.Equal(Expected(name, network, "uint8_output"), outputs);
    }

    private static Model Convert(string network, MicroFrontEndConfiguration? frontEnd) =>
        ModelConverter.ConvertFile(SharedData.PathOf("conformance", "models", network, "model.tflite"), new ConversionOptions { FrontEnd = frontEnd }).Model;

    private static int[] Expected(string name, string network, string output)
    {
        using JsonDocument audio = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("audio", "audio.json")));
        JsonElement file = audio.RootElement.GetProperty("files").EnumerateArray().Single(each => each.GetProperty("wav").GetString() == $"wav/{name}.wav");
        return [.. file.GetProperty(network).GetProperty(output).EnumerateArray().Select(value => value.GetInt32())];
    }
}
