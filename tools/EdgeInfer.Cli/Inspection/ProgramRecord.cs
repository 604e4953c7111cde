using EdgeInfer.Converter.Blob;

namespace EdgeInfer.Cli.Inspection;

/// <summary>One record of a blob's main program.</summary>
/// <param name="Index">Its index in the program.</param>
/// <param name="Position">Where it begins in the words section.</param>
/// <param name="Code">What it asks for.</param>
/// <param name="Output">Index of the tensor that it writes; <see cref="Record.None"/> where it writes none.</param>
/// <param name="Operands">Indexes of the other tensors that it uses, scratch included.</param>
/// <param name="Bytes">Bytes that it takes in the blob, with the constants that no record before it uses.</param>
/// <param name="Units">Number of slices in which it can be run.</param>
/// <param name="Work">Cost of a slice in multiply-accumulates or elements moved.</param>
/// <param name="Source">What the blob says about where the record comes from; null where it carries no names.</param>
internal sealed record ProgramRecord(int Index, int Position, OperatorCode Code, int Output, IReadOnlyList<int> Operands, int Bytes, int Units, int Work, OperatorName? Source)
{
    /// <summary>What pictures and tables call it, such as <c>3 Conv2D</c>.</summary>
    public string Title => $"{Index} {Code}";

    /// <summary>True where it writes a tensor.</summary>
    public bool HasOutput => Output != Record.None;

    /// <summary>Name of the tensor that it writes.</summary>
    public string TensorName => Source is { Tensor.Length: > 0 } ? Source.Tensor : $"output of {Title}";

    /// <summary>Reads a record.</summary>
    /// <param name="model">The model.</param>
    /// <param name="uses">What its records use.</param>
    /// <param name="index">Its index in the program.</param>
    /// <param name="position">Where it begins in the words section.</param>
    /// <param name="source">What the blob says about it, or null.</param>
    /// <returns>The record.</returns>
    public static ProgramRecord Read(Model model, RecordUses uses, int index, int position, OperatorName? source)
    {
        int[] words = model.Words;
        int entry = words[position + Record.Output];
        int output = entry == Record.None ? Record.None : entry / BlobFormat.TensorWords;
        int[] operands = [.. uses.TensorsOf(position).Where(tensor => tensor != output)];
        int bytes = (4 * words[position + Record.Length]) + uses.ConstantBytesOf(position);
        return new ProgramRecord(index, position, (OperatorCode)words[position + Record.Code], output, operands, bytes, words[position + Record.Units], words[position + Record.Work], source);
    }
}
