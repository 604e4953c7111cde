using EdgeInfer.Audio;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Blob;
using EdgeInfer.Tests.Verification;

namespace EdgeInfer.Fuzzing;

/// <summary>The loader of blobs; what it accepts is run, and every operator watched for reads and writes outside its operands.</summary>
internal sealed class BlobTarget : FuzzTarget
{
    /// <summary>Bytes of an arena, beyond which a blob is not run. It would fail on a device, and here make an input slow.</summary>
    private const int LargestArena = 1 << 20;

    /// <summary>Multiply-accumulates of an inference: a blob that says it takes longer may take longer.</summary>
    private const long MostWork = 1_000_000;

    private static readonly Lazy<IReadOnlyDictionary<OperatorCode, int[]>> OperandFields = new(() => GuardedRun.OperandFields(Samples()));

    /// <inheritdoc/>
    public override string Name => "blob";

    /// <summary>Loads a blob that has been given the right checksum.</summary>
    /// <param name="blob">The blob.</param>
    /// <returns>The model, or null where it was refused as documented, or asks for more memory or work than is tried.</returns>
    public static Model? Load(byte[] blob)
    {
        if (blob.Length > BlobFormat.ChecksumStart) BlobWriter.Seal(blob);
        try
        {
            Model model = Model.Load(blob);
            return model.ArenaBytes <= LargestArena && model.Work + WorkOfReset(model) <= MostWork ? model : null;
        }
        catch (BlobException refusal) when (refusal.Operator.Length > 0 && refusal.Field.Length > 0 && refusal.Position >= 0)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override bool Run(byte[] input)
    {
        if (Load(input) is not { } model) return false;

        GuardedRun.Check(model, OperandFields.Value);
        foreach (Action read in (Action[])[() => Labels.Read(model), () => DetectorSettings.Read(model), () => Listen(model), () => Prove(model)]) Refuse(read);
        return true;
    }

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => Samples().Select(sample => sample.Blob);

    private static IEnumerable<ConversionResult> Samples() => SampleGraphs.Names.Select(SampleGraphs.Convert);

    private static void Listen(Model model)
    {
        if (model.ReadMetadata(MetadataTag.FrontEnd) is null) return;

        FrontEnd frontEnd = FrontEnd.Create(model);
        frontEnd.Process(new short[frontEnd.WindowSamples], 0, new sbyte[frontEnd.Features], 0);
    }

    private static void Prove(Model model)
    {
        if (model.Work * SelfTest.MaximumFrames > MostWork) return;

        try
        {
            SelfTest.Run(new Interpreter(model));
        }
        catch (InvalidOperationException)
        {
            // There is none, or one with too many frames.
        }
    }

    private static long WorkOfReset(Model model)
    {
        long work = 0;
        int[] words = model.Words;
        for (int record = model.ResetProgram; record < model.MainProgram; record += words[record + Record.Length]) work += (long)words[record + Record.Units] * words[record + Record.Work];
        return work;
    }

    private static void Refuse(Action read)
    {
        try
        {
            read();
        }
        catch (BlobException)
        {
        }
    }
}
