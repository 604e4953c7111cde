using System.Text;
using EdgeInfer.Converter.Graph;

namespace EdgeInfer.Converter.Blob;

/// <summary>
/// Names of the inputs and outputs of a model that has several, so that tools can tell which is which; the runtime counts them. Reads and writes the chunk
/// "PORT", which docs/blob-format.md specifies.
/// </summary>
/// <param name="Inputs">Names of the inputs; their numbers where the blob does not name them.</param>
/// <param name="Outputs">The same of the outputs.</param>
public sealed record PortNames(IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <summary>Tells whether a model has inputs or outputs to tell apart.</summary>
    /// <param name="graph">The model.</param>
    /// <returns>True where it has several of either.</returns>
    public static bool AreNeededBy(ModelGraph graph) => graph.Inputs.Count > 1 || graph.Outputs.Count > 1;

    /// <summary>Writes the chunk.</summary>
    /// <param name="graph">The model.</param>
    /// <returns>Content of the chunk.</returns>
    public static byte[] Write(ModelGraph graph) => Encoding.UTF8.GetBytes(string.Concat(graph.Inputs.Concat(graph.Outputs).Select(t => t.Name.Replace('\0', ' ') + '\0')));

    /// <summary>Reads the chunk of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The names.</returns>
    public static PortNames Read(Model model)
    {
        int inputs = model.Header[BlobFormat.InputCountWord], outputs = model.Header[BlobFormat.OutputCountWord];
        string[] names = model.ReadMetadata(MetadataTag.Ports) is { } text ? Encoding.UTF8.GetString(text).Split('\0')[..^1] : [];
        return names.Length == inputs + outputs ? new PortNames(names[..inputs], names[inputs..]) : new PortNames(Numbers(inputs), Numbers(outputs));
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];
}
