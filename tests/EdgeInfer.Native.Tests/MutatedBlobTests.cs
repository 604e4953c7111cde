using EdgeInfer.Kernels;
using EdgeInfer.NativeKernels;
using EdgeInfer.Tests.Verification;
using Xunit.Abstractions;

namespace EdgeInfer.Native.Tests;

/// <summary>
/// Changes blobs at random and runs those that the verifier accepts with the native kernels under sanitizers: no kernel may
/// leave its memory or compute what C leaves undefined, and all must give what the managed kernels give. The number of blobs that
/// are tried comes from the environment variable EDGEINFER_NATIVE_MUTATIONS; blob i is made from seed i.
/// </summary>
public sealed class MutatedBlobTests(ITestOutputHelper output)
{
    private const int DefaultMutations = 40_000;
    private const int BatchLength = 2000;
    private const int Frames = 2;

    /// <summary>Multiply-accumulates or elements moved: a changed blob may be accepted and yet run for minutes.</summary>
    private const long MostWork = 1_000_000;

    private static readonly string[] Samples = [.. SampleGraphs.Names.Where(name => name != SampleGraphs.FloatSample)];

    [SanitizedFact]
    public void Accepted_blobs_run_within_their_memory_and_equal_the_managed_kernels()
    {
        string? wanted = Environment.GetEnvironmentVariable("EDGEINFER_NATIVE_MUTATIONS");
        int mutations = wanted is null ? DefaultMutations : int.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture);
        byte[][] samples = [.. Samples.Select(name => SampleGraphs.Convert(name).Blob)];
        int ran = 0;
        for (int first = 0; first < mutations; first += BatchLength)
        {
            (int Seed, NativeCase Case)[] accepted = [.. Enumerable.Range(first, Math.Min(BatchLength, mutations - first)).SelectMany(seed => Accepted(samples, seed))];
            Compare(accepted);
            ran += accepted.Length;
        }

        output.WriteLine($"{ran} of {mutations} blobs were accepted and ran");
        Assert.InRange(ran, mutations / 20, mutations);
    }

    private static string NameOf(int seed) => $"mutation {seed} of '{Samples[seed % Samples.Length]}'";

    /// <summary>The blob of a seed, if the runtime takes it and the runner can run it.</summary>
    private static IEnumerable<(int Seed, NativeCase Case)> Accepted(byte[][] samples, int seed)
    {
        byte[] blob = BlobMutator.Mutate(samples[seed % samples.Length], seed);
        Model model;
        try
        {
            model = Model.Load(blob);
        }
        catch (BlobException)
        {
            yield break;
        }

        if (IsForTheRunner(model)) yield return (seed, new NativeCase(blob, ManagedRun.RandomFrames(model, Frames, new Random(seed))));
    }

    /// <summary>Floats are moved by managed kernels only.</summary>
    private static bool IsForTheRunner(Model model)
    {
        int[] words = model.Words;
        int record = model.ResetProgram;
        long work = 0;
        for (int i = 0; i < model.Header[BlobFormat.ResetCountWord] + model.OperatorCount; i++)
        {
            bool moves = (OperatorCode)words[record + Record.Code] is OperatorCode.Fill or OperatorCode.LoadConstant or OperatorCode.Copy;
            if (moves && BlobFormat.TypeOf(words, words[record + Record.Output]) == TensorType.Float32) return false;

            work += (long)words[record + Record.Units] * words[record + Record.Work];
            record += words[record + Record.Length];
        }

        return work <= MostWork;
    }

    private static void Compare((int Seed, NativeCase Case)[] accepted)
    {
        NativeRun[] runs = RunSanitized(accepted);
        for (int i = 0; i < runs.Length; i++)
        {
            (int seed, NativeCase one) = accepted[i];
            if (GoesBeyondItsNumbers(Model.Load(one.Blob))) continue;

            byte[][][] expected = ManagedRun.Run(Model.Load(one.Blob), one.Frames);
            for (int frame = 0; frame < Frames; frame++)
            {
                for (int port = 0; port < expected[frame].Length; port++)
                {
                    Assert.True(expected[frame][port].AsSpan().SequenceEqual(runs[i].Outputs[frame][port]), $"{NameOf(seed)}: output {port} of inference {frame} differs");
                }
            }
        }
    }

    /// <summary>
    /// Where a change makes numbers that do not fit, native and managed kernels are wrong each in its way: a bias near the ends of
    /// 32 bits, a managed convolution that relies on what the packer knows of its weights when it fills its lanes, or weights that
    /// were packed for managed kernels from another place than the one where native kernels read them.
    /// </summary>
    private static bool GoesBeyondItsNumbers(Model model)
    {
        int[] words = model.Words;
        for (int reset = model.ResetProgram; reset < model.MainProgram; reset += words[reset + Record.Length])
        {
            if ((OperatorCode)words[reset + Record.Code] == OperatorCode.PackWeights) return true;
        }

        int record = model.MainProgram;
        for (int i = 0; i < model.OperatorCount; i++, record += words[record + Record.Length])
        {
            (int field, int channels) = (OperatorCode)words[record + Record.Code] switch
            {
                OperatorCode.Conv2D => (Conv2D.Channels, words[record + Conv2D.OutputChannels]),
                OperatorCode.DepthwiseConv2D => (DepthwiseConv2D.Channels, words[record + DepthwiseConv2D.InputChannels] * words[record + DepthwiseConv2D.DepthMultiplier]),
                OperatorCode.FullyConnected => (FullyConnected.Channels, words[record + FullyConnected.OutputChannels]),
                OperatorCode.Conv2DInt4 => (Conv2DInt4.Channels, words[record + Conv2DInt4.OutputChannels]),
                OperatorCode.FullyConnectedInt4 => (FullyConnectedInt4.Channels, words[record + FullyConnectedInt4.OutputChannels]),
                _ => (0, 0),
            };
            bool relies = (OperatorCode)words[record + Record.Code] switch
            {
                OperatorCode.Conv2D => words[record + Conv2D.LaneTiles] > Conv2D.LeastLaneTiles || words[record + Conv2D.Finish] != Conv2D.FromSums,
                OperatorCode.DepthwiseConv2D => words[record + DepthwiseConv2D.Finish] != DepthwiseConv2D.Rounded,
                OperatorCode.Conv2DInt4 => words[record + Conv2DInt4.Finish] != Conv2D.FromSums,
                _ => false,
            };
            if (relies) return true;

            int biases = words[record + field + Channel.Biases];
            if (channels > 0 && words.AsSpan(biases, channels).ContainsAnyExceptInRange(-(1 << 30), 1 << 30)) return true;
        }

        return false;
    }

    /// <summary>Runs all in one program; where that fails, looks for the blob that makes it fail.</summary>
    private static NativeRun[] RunSanitized((int Seed, NativeCase Case)[] accepted)
    {
        try
        {
            return NativeRunner.Run(NativeTarget.Sanitized, [.. accepted.Select(a => a.Case)]);
        }
        catch (NativeToolException failure) when (accepted.Length == 1)
        {
            throw new Xunit.Sdk.XunitException($"{NameOf(accepted[0].Seed)}: {failure.Message}");
        }
        catch (NativeToolException) when (accepted.Length > 1)
        {
            int half = accepted.Length / 2;
            return [.. RunSanitized(accepted[..half]), .. RunSanitized(accepted[half..])];
        }
    }
}
