using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeInfer.Cli.Inputs;
using EdgeInfer.Cli.Inspection;

namespace EdgeInfer.Cli.Comparison;

/// <summary>
/// Compares the outputs of all operators with a folder of dumps. Its index.txt has a line for each file, separated by tabs:
/// file (in0_*.bin for inputs, opNNN_NAME_outK_*.bin for operator NNN), tensor=N, type, shape, bytes=N, quantization, tensor name.
/// </summary>
internal static partial class LayerComparison
{
    private const int StoredName = 96;

    /// <summary>Runs the model on one frame and compares.</summary>
    /// <param name="file">The model.</param>
    /// <param name="folder">The dumps.</param>
    /// <param name="inputs">Input files; none for those in the folder.</param>
    /// <param name="options">How their numbers are to be understood.</param>
    /// <param name="tolerance">Largest difference that counts as equal.</param>
    /// <returns>A row for each dump of an operator's output.</returns>
    /// <exception cref="CommandFailure">The folder or the inputs do not fit the model.</exception>
    public static IEnumerable<ComparisonRow> Compare(ModelFile file, string folder, IReadOnlyList<string> inputs, InputOptions options, double tolerance)
    {
        ModelProgram program = ModelProgram.Read(file.Model);
        if (program.Records.All(r => r.Source is null))
        {
            throw new CommandFailure($"{file.Path}: the blob carries no operator names (it was converted with --strip), so its layers cannot be found in {folder}. Give the .tflite file.");
        }

        string index = Path.Combine(folder, "index.txt");
        string[][] lines = [.. Encoding.UTF8.GetString(ModelFile.ReadAll(index)).Split('\n').Where(l => l.Trim().Length > 0).Select(l => l.TrimEnd('\r').Split('\t'))];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length < 6) throw new CommandFailure($"{index}, line {i + 1}: it has {lines[i].Length} fields separated by tabs, not 7 (file, tensor, type, shape, bytes, quantization, name).");
        }

        if (inputs.Count == 0) inputs = [.. lines.Select(l => l[0]).Where(f => InputPattern().IsMatch(f)).Select(f => Path.Combine(folder, f))];
        Interpreter interpreter = new(file.Model);
        InputFrames.Read(interpreter, inputs, options).Apply(interpreter, 0);
        byte[]?[] actual = RunOnce(interpreter, program);

        Layer[] layers = [.. lines.Select(Layer.Parse).OfType<Layer>()];
        HashSet<string> names = [.. layers.Select(l => l.Name)];
        ComparisonRow[] rows = [.. layers.Select(layer => Compare(layer, Find(layer, program, actual, names), program, actual, folder, tolerance))];
        return rows.Any(r => r.IsComputed)
            ? rows
            : throw new CommandFailure($"{index}: none of its {layers.Length} layers is computed by {file.Path}. Are they of the same model?");
    }

    private static byte[]?[] RunOnce(Interpreter interpreter, ModelProgram program)
    {
        byte[]?[] outputs = new byte[program.Records.Count][];
        foreach (ProgramRecord record in program.Records)
        {
            while (!interpreter.Step(1) && interpreter.NextOperator == record.Index)
            {
            }

            if (!record.HasOutput) continue;

            ArenaTensor tensor = program.Tensors[record.Output];
            outputs[record.Index] = interpreter.Arena.GetBytes(tensor.Type, tensor.Offset, tensor.Count);
        }

        return outputs;
    }

    /// <summary>
    /// The last record that computes a layer: the one whose tensor has its name, or, where a tensor lies in the memory of a
    /// state and so has that name, the one that comes from the same operator.
    /// </summary>
    private static ProgramRecord? Find(Layer layer, ModelProgram program, byte[]?[] actual, HashSet<string> names)
    {
        ProgramRecord[] candidates = [.. program.Records.Where(r => r.Source is not null && actual[r.Index]?.Length == layer.Bytes)];
        bool IsFromOperator(ProgramRecord record) => record.Source!.Label.EndsWith($"(operator {layer.Operator})", StringComparison.Ordinal);
        return candidates.LastOrDefault(r => layer.Name.Length > 0 && r.Source!.Tensor == layer.Name && IsFromOperator(r))
            ?? candidates.LastOrDefault(r => layer.Name.Length > 0 && r.Source!.Tensor == layer.Name)
            ?? candidates.LastOrDefault(r => IsFromOperator(r) && (r.Source!.Tensor.Length == 0 || !names.Contains(r.Source.Tensor) || program.Tensors[r.Output].IsPersistent));
    }

    private static ComparisonRow Compare(Layer layer, ProgramRecord? record, ModelProgram program, byte[]?[] actual, string folder, double tolerance)
    {
        string what = $"{layer.Operator} {layer.OperatorName}";
        if (record is null) return ComparisonRow.NotComputed(what, layer.Name, "no step of its own");

        string path = Path.Combine(folder, layer.File);
        byte[] expected = ModelFile.ReadAll(path);
        byte[] computed = actual[record.Index]!;
        if (expected.Length != computed.Length) throw new CommandFailure($"{path}: it has {expected.Length} bytes, operator {record.Title} computes {computed.Length}.");

        return ComparisonRow.Of(what, layer.Name, program.Tensors[record.Output].Type, computed, expected, tolerance);
    }

    [GeneratedRegex(@"^in\d+_.*\.bin$")]
    private static partial Regex InputPattern();

    [GeneratedRegex(@"^op(\d+)_(.+)_out(\d+)(_.*)?\.bin$")]
    private static partial Regex LayerPattern();

    private sealed record Layer(string File, int Operator, string OperatorName, string Name, int Bytes)
    {
        public static Layer? Parse(string[] fields)
        {
            Match match = LayerPattern().Match(fields[0]);
            if (!match.Success || fields[2] == "RESOURCE") return null;

            string name = fields.Length > 6 ? fields[6] : string.Empty;
            int bytes = int.TryParse(fields[4].Replace("bytes=", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture, out int value) ? value : 0;
            return new Layer(fields[0], int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, name.Length > StoredName ? name[..StoredName] : name, bytes);
        }
    }
}
