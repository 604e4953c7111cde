using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Cli.Inputs;

/// <summary>The frames that a model is to be run on.</summary>
internal sealed class InputFrames
{
    private readonly byte[][] _inputs;
    private readonly int[] _starts;
    private readonly int[] _steps;

    private InputFrames(byte[][] inputs, int[] starts, int[] steps, int count)
    {
        _inputs = inputs;
        _starts = starts;
        _steps = steps;
        Count = count;
    }

    /// <summary>Number of frames.</summary>
    public int Count { get; }

    /// <summary>
    /// Reads the files: one an input of the graph, a single .npz with an array for each, or a single .bin whose frames hold all inputs one after the other.
    /// Where the graph has one input only, several files are frames in sequence.
    /// </summary>
    /// <param name="interpreter">Knows the inputs.</param>
    /// <param name="paths">The files.</param>
    /// <param name="options">How their numbers are to be understood.</param>
    /// <returns>The frames.</returns>
    /// <exception cref="CommandFailure">The files do not fit the inputs or each other.</exception>
    public static InputFrames Read(Interpreter interpreter, IReadOnlyList<string> paths, InputOptions options)
    {
        Tensor[] tensors = [.. Enumerable.Range(0, interpreter.InputCount).Select(interpreter.Input)];
        if (paths.Count == 1 && tensors.Length > 1 && Path.GetExtension(paths[0]) == ".bin")
        {
            byte[] all = ModelFile.ReadAll(paths[0]);
            int frame = tensors.Sum(t => t.ByteCount());
            int count = InputFile.DemandFrames(paths[0], all.Length, frame, $"all {tensors.Length} inputs together");
            int[] starts = [.. tensors.Select((_, i) => tensors.Take(i).Sum(t => t.ByteCount()))];
            return new InputFrames([.. tensors.Select(_ => all)], starts, [.. tensors.Select(_ => frame)], count);
        }

        if (paths.Count == 1 && NpzFile.Is(paths[0]))
        {
            byte[][] arrays = NpzFile.Read(paths[0], PortNames.Read(interpreter.Model).Inputs, tensors, options);
            return new InputFrames(arrays, new int[arrays.Length], [.. tensors.Select(t => t.ByteCount())], arrays[0].Length / tensors[0].ByteCount());
        }

        if (tensors.Length == 1)
        {
            byte[] sequence = [.. paths.SelectMany(p => InputFile.Read(p, tensors[0], options))];
            return new InputFrames([sequence], [0], [tensors[0].ByteCount()], sequence.Length / tensors[0].ByteCount());
        }

        if (paths.Count != tensors.Length)
        {
            string wanted = string.Join(", ", tensors.Select(t => t.Describe()));
            throw new CommandFailure($"the model has {tensors.Length} inputs ({wanted}) but {paths.Count} files were given. Say --input once for each, in this order.");
        }

        byte[][] inputs = [.. tensors.Select((t, i) => InputFile.Read(paths[i], t, options))];
        int[] frames = [.. tensors.Select((t, i) => inputs[i].Length / t.ByteCount())];
        for (int i = 1; i < frames.Length; i++)
        {
            if (frames[i] != frames[0]) throw new CommandFailure($"{paths[i]} holds {frames[i]} frames, {paths[0]} holds {frames[0]}. Every input needs the same number.");
        }

        return new InputFrames(inputs, new int[inputs.Length], [.. tensors.Select(t => t.ByteCount())], frames.Length == 0 ? 1 : frames[0]);
    }

    /// <summary>Gives the inputs a frame.</summary>
    /// <param name="interpreter">Has the inputs.</param>
    /// <param name="frame">0 to <see cref="Count"/> - 1.</param>
    public void Apply(Interpreter interpreter, int frame)
    {
        for (int i = 0; i < _inputs.Length; i++)
        {
            Tensor tensor = interpreter.Input(i);
            tensor.SetBytes(_inputs[i].AsSpan(_starts[i] + (frame * _steps[i]), tensor.ByteCount()));
        }
    }
}
