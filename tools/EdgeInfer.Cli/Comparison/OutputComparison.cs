using EdgeInfer.Cli.Inputs;

namespace EdgeInfer.Cli.Comparison;

/// <summary>Compares the outputs of a model, frame by frame.</summary>
internal static class OutputComparison
{
    /// <summary>Runs the model and compares.</summary>
    /// <param name="file">The model.</param>
    /// <param name="expectedPath">Raw outputs of the other implementation.</param>
    /// <param name="inputs">Input files.</param>
    /// <param name="options">How their numbers are to be understood.</param>
    /// <param name="tolerance">Largest difference that counts as equal.</param>
    /// <returns>A row for each frame and output.</returns>
    /// <exception cref="CommandFailure">The files do not fit the model.</exception>
    public static IEnumerable<ComparisonRow> Compare(ModelFile file, string expectedPath, IReadOnlyList<string> inputs, InputOptions options, double tolerance)
    {
        Interpreter interpreter = new(file.Model);
        InputFrames frames = InputFrames.Read(interpreter, inputs, options);
        byte[] expected = ModelFile.ReadAll(expectedPath);
        byte[] actual = ModelRun.Of(interpreter, frames, static _ => { }).OutputBytes;
        if (expected.Length != actual.Length)
        {
            throw new CommandFailure($"{expectedPath}: it has {expected.Length} bytes, but {frames.Count} frames give {actual.Length} bytes of output. It must hold all outputs of the same frames, raw and little endian.");
        }

        List<ComparisonRow> rows = [];
        for (int frame = 0, position = 0; frame < frames.Count; frame++)
        {
            for (int i = 0; i < interpreter.OutputCount; i++)
            {
                Tensor tensor = interpreter.Output(i);
                int length = tensor.ByteCount();
                string what = frames.Count == 1 ? "output" : $"frame {frame}";
                string name = interpreter.OutputCount == 1 ? tensor.Describe() : $"output {i} {tensor.Describe()}";
                rows.Add(ComparisonRow.Of(what, name, tensor.Type, actual.AsSpan(position, length), expected.AsSpan(position, length), tolerance));
                position += length;
            }
        }

        return rows;
    }
}
