using EdgeInfer.Converter.Audio;

namespace EdgeInfer.Audio.Tests;

/// <summary>Features of the public recordings, from the sample to the byte, against the C library and the signal operators.</summary>
public class FeatureTests
{
    public static TheoryData<string, int> Recordings
    {
        get
        {
            TheoryData<string, int> data = new() { { "yes_30ms", 20 }, { "no_30ms", 20 } };
            foreach (string name in Recording.Seconds)
            {
                data.Add(name, 10);
                data.Add(name, 20);
            }

            return data;
        }
    }

    [SharedTheory]
    [MemberData(nameof(Recordings))]
    public void Are_those_of_the_C_library(string name, int step)
    {
        MicroFrontEnd frontEnd = Create(step, MicroFrontEndTables.Library);
        short[] samples = Recording.Samples(name);
        ushort[] expected = Recording.Read<ushort>("features", $"{name}.step{step}.uint16.bin");
        sbyte[] features = new sbyte[frontEnd.Features];
        List<ushort> actual = [];
        for (int i = 0; i < Recording.Frames(frontEnd, samples); i++)
        {
            frontEnd.Process(samples, i * frontEnd.StepSamples, features, 0);
            actual.AddRange(frontEnd.Values.Select(value => (ushort)value));
        }

        Assert.Equal(expected, actual);
        frontEnd.Reset();
        Assert.Equal(Recording.Read<sbyte>("features", $"{name}.step{step}.int8.bin"), Recording.Features(frontEnd, samples));
    }

    [SharedTheory]
    [MemberData(nameof(Recordings))]
    public void Are_those_of_the_signal_operators_with_their_tables(string name, int step)
    {
        MicroFrontEnd frontEnd = Create(step, MicroFrontEndTables.SignalOperators);
        Assert.Equal(Recording.Read<sbyte>("audio_preprocessor_int8", $"{name}.step{step}.int8.bin"), Recording.Features(frontEnd, Recording.Samples(name)));
    }

    private static MicroFrontEnd Create(int step, MicroFrontEndTables tables)
    {
        MicroFrontEndConfiguration configuration = step == 20 ? MicroFrontEndConfiguration.MicroSpeech : MicroFrontEndConfiguration.MicroWakeWord;
        MicroFrontEnd frontEnd = (MicroFrontEnd)FrontEnd.Create(MicroFrontEndChunk.Write(configuration with { Tables = tables }));
        Assert.Equal((16000, 480, 16 * step, 40), (frontEnd.SampleRate, frontEnd.WindowSamples, frontEnd.StepSamples, frontEnd.Features));
        return frontEnd;
    }
}
