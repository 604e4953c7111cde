using System.Globalization;
using EdgeInfer.NativeKernels;
using EdgeInfer.Tests.Conformance;
using EdgeInfer.Tests.Verification;
using Xunit.Abstractions;

namespace EdgeInfer.Native.Tests;

/// <summary>Whole models on native kernels alone, in programs without managed code.</summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    public static TheoryData<string> Models => PublicModel.Quantized;

    public static TheoryData<string> Samples => [.. SampleGraphs.Names.Where(name => name != SampleGraphs.FloatSample)];

    [SanitizedModels]
    [MemberData(nameof(Models))]
    public void ModelsGiveTheReferenceUnderSanitizers(string name) => Check(name, NativeTarget.Sanitized);

    [Rv32Models]
    [MemberData(nameof(Models))]
    public void ModelsGiveTheReferenceOnRv32(string name)
    {
        foreach (string optimization in new[] { "-O2", "-Os" })
        {
            NativeRun run = Check(name, NativeTarget.Rv32 with { Optimization = optimization })[0];
            long macs = PublicModel.Load(name).Macs;
            string each = ((double)run.Instructions.Sum() / macs).ToString("0.00", CultureInfo.InvariantCulture);
            output.WriteLine($"{name} {optimization}: {run.Instructions.Sum()} instructions, {macs} multiply-accumulates, {each} each");
            Assert.All(run.Instructions, count => Assert.InRange(count, 1, int.MaxValue));
        }
    }

    [Rv32Theory]
    [MemberData(nameof(Samples))]
    public void EveryOperatorIsTheManagedOneOnRv32(string name)
    {
        byte[] blob = SampleGraphs.Convert(name).Blob;
        byte[][][] frames = ManagedRun.RandomFrames(Model.Load(blob), 2, new Random(1));

        NativeRun run = NativeRunner.Run(NativeTarget.Rv32, [new NativeCase(blob, frames)])[0];

        Assert.Equal(ManagedRun.Run(Model.Load(blob), frames), run.Outputs);
    }

    private static NativeRun[] Check(string name, NativeTarget target)
    {
        PublicModel model = PublicModel.Load(name);
        byte[] blob = model.Convert().Blob;
        (byte[] Input, byte[] Output)[] vectors = [.. model.Vectors, .. model.Sequences];
        NativeCase[] cases = [.. vectors.Select(vector => new NativeCase(blob, Frames(blob, vector.Input)))];

        NativeRun[] runs = NativeRunner.Run(target, cases);

        for (int i = 0; i < runs.Length; i++) Assert.Equal(vectors[i].Output, runs[i].Outputs.SelectMany(frame => frame.SelectMany(port => port)));
        return runs;
    }

    /// <summary>Cuts a file of inputs into inferences and ports.</summary>
    private static byte[][][] Frames(byte[] blob, byte[] data)
    {
        Interpreter interpreter = new(Model.Load(blob));
        int[] lengths = [.. Enumerable.Range(0, interpreter.InputCount).Select(i => PublicModel.BytesOf(interpreter.Input(i)).Length)];
        List<byte[][]> frames = [];
        for (int position = 0; position < data.Length;)
        {
            byte[][] frame = new byte[lengths.Length][];
            for (int i = 0; i < frame.Length; i++, position += lengths[i - 1]) frame[i] = data[position..(position + lengths[i])];
            frames.Add(frame);
        }

        return [.. frames];
    }
}
