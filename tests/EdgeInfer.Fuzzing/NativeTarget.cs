using EdgeInfer.NativeKernels;

namespace EdgeInfer.Fuzzing;

/// <summary>Blobs that the loader accepts, run with the native kernels in a program of its own under sanitizers, whose blocks count as coverage, too.</summary>
internal sealed class NativeTarget : FuzzTarget
{
    private const int Inferences = 2;

    private static NativeSession? _session;

    /// <inheritdoc/>
    public override string Name => "native";

    /// <inheritdoc/>
    public override string Cases => "blob";

    /// <inheritdoc/>
    public override void Prepare() => NativeBuild.Runner(NativeKernels.NativeTarget.Traced);

    /// <inheritdoc/>
    public override bool Run(byte[] input)
    {
        if (BlobTarget.Load(input) is not { } model) return false;

        try
        {
            _session ??= new NativeSession(Environment.GetEnvironmentVariable("__AFL_SHM_ID") is null ? NativeKernels.NativeTarget.Sanitized : NativeKernels.NativeTarget.Traced);
            _session.Run(new NativeCase(input, [.. Enumerable.Range(1, Inferences).Select(frame => Frame(model, frame))]));
            return true;
        }
        catch (MissingKernelException)
        {
            return false;
        }
        catch (NativeToolException)
        {
            // The program has ended with what it found.
            _session = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => Find("blob").Seeds();

    /// <summary>Inputs that change from frame to frame; floats are zero, which every kernel takes.</summary>
    private static byte[][] Frame(Model model, int frame)
    {
        Interpreter interpreter = new(model);
        return [.. Enumerable.Range(0, interpreter.InputCount).Select(i =>
        {
            Tensor tensor = interpreter.Input(i);
            byte[] bytes = new byte[tensor.Count * Arena.ElementBytes(tensor.Type)];
            if (tensor.Type != TensorType.Float32) new Random(frame).NextBytes(bytes);
            return bytes;
        })];
    }
}
