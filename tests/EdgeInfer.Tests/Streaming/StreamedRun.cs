using EdgeInfer.Converter;
using EdgeInfer.Converter.Streaming;

namespace EdgeInfer.Tests.Streaming;

/// <summary>Runs a streamed model beside the windowed one.</summary>
internal static class StreamedRun
{
    /// <summary>Random frames, a reset after two thirds of them.</summary>
    public static void DemandEqual(ConversionResult streamed, int seed, int inferences)
    {
        StreamingCheck check = streamed.Streaming!.Check(streamed.Windowed!, streamed.Model);
        Random random = new(seed);
        byte[] frames = new byte[check.HopBytes];
        for (int i = 0; i < inferences; i++)
        {
            if (i == inferences * 2 / 3) check.Reset();
            random.NextBytes(frames);
            Assert.True(check.Next(frames), $"inference {i} of {inferences}");
        }
    }
}
