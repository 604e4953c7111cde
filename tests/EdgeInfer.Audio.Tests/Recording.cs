using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EdgeInfer.Audio.Tests;

/// <summary>The public recordings and what is known of them.</summary>
internal static class Recording
{
    public static readonly string[] Seconds = ["yes_1000ms", "no_1000ms", "noise_1000ms", "silence_1000ms"];

    public static short[] Samples(string name) => Wav(SharedData.PathOf("audio", "wav", name + ".wav"));

    public static short[] Wav(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int at = 12;
        while (file.AsSpan(at, 4) is not [(byte)'d', (byte)'a', (byte)'t', (byte)'a']) at += 8 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
        return MemoryMarshal.Cast<byte, short>(file.AsSpan(at + 8, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4)))).ToArray();
    }

    public static T[] Read<T>(params string[] path) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(SharedData.PathOf(["audio", .. path]))).ToArray();

    /// <summary>The features of every frame, one frame after the other.</summary>
    public static sbyte[] Features(FrontEnd frontEnd, short[] samples)
    {
        int frames = Frames(frontEnd, samples);
        sbyte[] features = new sbyte[frames * frontEnd.Features];
        for (int i = 0; i < frames; i++) frontEnd.Process(samples, i * frontEnd.StepSamples, features, i * frontEnd.Features);
        return features;
    }

    public static int Frames(FrontEnd frontEnd, short[] samples) => ((samples.Length - frontEnd.WindowSamples) / frontEnd.StepSamples) + 1;
}
