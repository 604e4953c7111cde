using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Packing;

namespace EdgeInfer.Converter.Blob;

/// <summary>Loads a blob that was just written. What the runtime's verifier refuses in it is a reason against the model.</summary>
internal static class ProvenModel
{
    /// <summary>Loads a blob.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="layers">Its compiled layers.</param>
    /// <param name="packer">What the blob was written from.</param>
    /// <param name="source">The model's name for messages.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ConversionException">An operator is beyond what the runtime can do.</exception>
    public static Model Load(byte[] blob, CompiledLayer[] layers, Packer packer, string source)
    {
        try
        {
            return Model.Load(new ArrayBlobSource(blob), layers);
        }
        catch (BlobException refusal)
        {
            int record = Enumerable.Range(0, packer.MainProgram.Count).FirstOrDefault(i => refusal.Operator == $"operator {i} ({packer.MainProgram[i].Code})", -1);
            string where = record >= 0 && packer.MainProgram[record].Source is { Label.Length: > 0 } op ? $"{op.Label} '{op.Output.Name}'" : "the model";
            throw new ConversionException(source, where, $"the runtime refuses it: {refusal.Message.TrimEnd('.')}", "Choose a size within what it can do", ErrorCode.RuntimeLimit);
        }
    }
}
