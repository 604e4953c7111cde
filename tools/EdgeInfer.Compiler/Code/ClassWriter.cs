using System.Globalization;
using System.Text;

namespace EdgeInfer.Compiler.Code;

/// <summary>Writes the classes of a compiled model.</summary>
/// <param name="name">Name of the model's class; classes of layers stand in a namespace of that name with "Code" behind it.</param>
/// <param name="source">File that the model comes from.</param>
internal sealed class ClassWriter(string name, string source)
{
    /// <summary>Namespace of the layers' classes.</summary>
    public string CodeNamespace => $"{ClassNames.Namespace}.{name}Code";

    /// <summary>Writes the class that holds one method of a layer.</summary>
    /// <param name="slot">Slot of the layer.</param>
    /// <param name="part">Index of the method.</param>
    /// <param name="method">The method.</param>
    public string Part(int slot, int part, string method) => File($$"""
        namespace {{CodeNamespace}}
        {
            /// <summary>Output channels of one position of layer {{slot}}.</summary>
            public static class {{ClassNames.Part(slot, part)}}
            {
                /// <summary>Computes them.</summary>
                /// <param name="o">First output of the position.</param>
                /// <param name="p">First tap of the position.</param>
                /// <param name="x">Holds both.</param>
        {{method}}    }
        }
        """);

    /// <summary>Writes the class of a layer.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="code">Its code.</param>
    public string Layer(int slot, LayerCode code) => File($$"""
        namespace {{CodeNamespace}}
        {
            /// <summary>{{code.Layer.Source.Label}}: {{code.Layer.Channels.Length}} outputs of {{code.Layer.Depth}} taps each, their weights as constants.</summary>
            public sealed class {{ClassNames.Layer(slot)}} : CompiledLayer
            {
                /// <inheritdoc/>
                public override int Extent
                {
                    get { return {{code.Layer.Extent}}; }
                }

                /// <inheritdoc/>
                public override int Channels
                {
                    get { return {{code.Layer.Channels.Length}}; }
                }

                /// <inheritdoc/>
                public override int Geometry
                {
                    get { return {{code.Layer.Geometry}}; }
                }

                /// <inheritdoc/>
                public override int Checksum
                {
                    get { return {{code.Checksum}}; }
                }

                /// <inheritdoc/>
                public override void Run(sbyte[] data, int input, int output)
                {
        {{string.Concat(Enumerable.Range(0, code.Methods.Count).Select(part => $"            {ClassNames.Part(slot, part)}.Run(output, input, data);\n"))}}        }
            }
        }
        """);

    /// <summary>Writes the class of the model.</summary>
    /// <param name="layers">Number of compiled layers.</param>
    /// <param name="libraries">Device libraries with operators of the model; it registers the optional ones.</param>
    /// <param name="blob">The blob, where it becomes part of the code; else null.</param>
    public string Model(int layers, IEnumerable<string> libraries, byte[]? blob) => File($$"""
        {{(layers > 0 ? $"using {CodeNamespace};\n\n" : string.Empty)}}namespace {{ClassNames.Namespace}}
        {
            /// <summary>The model {{source}} with {{layers}} of its layers compiled.</summary>
            public static class {{name}}
            {
        {{(blob is null ? string.Empty : Embedded)}}        /// <summary>Loads and verifies the model.</summary>
                /// <param name="source">The blob that was made with this class.</param>
                /// <returns>The model, for as many interpreters as there is memory for.</returns>
                /// <exception cref="BlobException">The blob is damaged, or was made with other code.</exception>
                public static Model Load(BlobSource source)
                {
        {{string.Concat(libraries.Where(each => each != OperatorLibrary.Core).Select(each => $"            {OperatorLibrary.Registration(each)};\n"))}}            return Model.Load(source, new CompiledLayer[] { {{string.Join(", ", Enumerable.Range(0, layers).Select(slot => $"new {ClassNames.Layer(slot)}()"))}} });
                }
        {{(blob is null ? string.Empty : Content(blob))}}    }
        }
        """);

    private const string Embedded = """
                /// <summary>Loads and verifies the model.</summary>
                /// <returns>The model, for as many interpreters as there is memory for.</returns>
                public static Model Load()
                {
                    return Load(new ArrayBlobSource(Blob()));
                }

                /// <summary>Loads the model and takes the memory that it runs in.</summary>
                /// <returns>An interpreter with inputs, outputs and states of its own.</returns>
                public static Interpreter CreateInterpreter()
                {
                    return new Interpreter(Load());
                }


        """;

    private static string Content(byte[] blob)
    {
        const int Row = 32;
        StringBuilder text = new("\n        private static byte[] Blob()\n        {\n            return new byte[]\n            {\n");
        foreach (byte[] row in blob.Chunk(Row))
        {
            text.Append("                ").AppendJoin(", ", row.Select(b => b.ToString(CultureInfo.InvariantCulture))).Append(",\n");
        }

        return text.Append("            };\n        }\n").ToString();
    }

    private string File(string text) => $"// Generated by edgeinfer compile from {source}. Changes are lost when it is generated again.\n{text}\n";
}
