using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeInfer.Converter;
using EdgeInfer.Converter.Graph;
using EdgeInfer.Converter.Quantizing;
using EdgeInfer.Converter.Tflite;
using EdgeInfer.Onnx;

namespace EdgeInfer.Cli;

/// <summary>A model that a command was given: a blob, or a .tflite or .onnx file that is converted in memory.</summary>
/// <param name="Path">The file.</param>
/// <param name="SourceBytes">Length of the file.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Model">The blob, loaded and verified.</param>
/// <param name="Conversion">How the blob came about; null where the file is a blob.</param>
internal sealed record ModelFile(string Path, int SourceBytes, byte[] Blob, Model Model, ConversionResult? Conversion)
{
    static ModelFile() => DeviceLibraries.Register();

    private const int TfliteIdentifier = 0x334C4654;

    /// <summary>Name of the file without its folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a model.</summary>
    /// <param name="path">A blob, a .tflite or an .onnx file, told apart by their content.</param>
    /// <param name="options">Choices for a conversion; null for the defaults.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CommandFailure">The file cannot be read, or is none of them.</exception>
    /// <exception cref="ConversionException">The .tflite or .onnx file cannot be converted.</exception>
    public static ModelFile Load(string path, ConversionOptions? options = null) => Load(ReadAll(path), path, options);

    /// <summary>Takes a model that has been read.</summary>
    /// <param name="content">Content of a blob, a .tflite or an .onnx file.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="options">Choices for a conversion; null for the defaults.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CommandFailure">The content is none of them.</exception>
    /// <exception cref="ConversionException">The .tflite or .onnx file cannot be converted.</exception>
    public static ModelFile Load(byte[] content, string path, ConversionOptions? options = null)
    {
        if (IsTflite(content))
        {
            ConversionResult result = ModelConverter.Convert(content, System.IO.Path.GetFileName(path), options);
            return new ModelFile(path, content.Length, result.Blob, result.Model, result);
        }

        if (IsOnnx(content, path))
        {
            string name = System.IO.Path.GetFileName(path);
            ConversionResult result = ModelConverter.Convert(OnnxImporter.Import(content, name), SHA256.HashData(content), options ?? new ConversionOptions());
            return new ModelFile(path, content.Length, result.Blob, result.Model, result);
        }

        if (!IsBlob(content))
        {
            throw new CommandFailure($"{path}: this is neither an EdgeInfer blob (it would begin with \"EIB1\") nor a .tflite file (\"TFL3\" at byte 4) nor an .onnx file. Give a file made by 'edgeinfer convert', by the TFLite converter or by an ONNX exporter.");
        }

        try
        {
            return new ModelFile(path, content.Length, content, Model.Load(content), null);
        }
        catch (BlobException e)
        {
            throw new CommandFailure($"{path}: {e.Message} The blob is refused; convert the model again or fetch the file again.");
        }
    }

    /// <summary>Reads a model that computes in floats.</summary>
    /// <param name="content">Content of an .onnx or a .tflite file.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <returns>The graph of floats.</returns>
    /// <exception cref="CommandFailure">The content is neither.</exception>
    /// <exception cref="ConversionException">The model is damaged, quantized already, or asks for something that is not supported.</exception>
    public static ModelGraph LoadFloat(byte[] content, string path)
    {
        string name = System.IO.Path.GetFileName(path);
        if (IsTflite(content)) return TfliteImporter.ImportFloat(content, name);
        if (!IsOnnx(content, path)) throw new CommandFailure($"{path}: this is neither an .onnx file nor a .tflite file (\"TFL3\" at byte 4). Give a model that computes in floats.");

        ModelGraph graph = OnnxImporter.Import(content, name);
        GraphQuantizer.Check(graph);
        return graph;
    }

    /// <summary>Writes a model that computes in integers in QDQ form.</summary>
    /// <param name="path">A .tflite file.</param>
    /// <returns>The .onnx file.</returns>
    /// <exception cref="CommandFailure">It is no .tflite file, or an operator has no counterpart in ONNX.</exception>
    /// <exception cref="ConversionException">The model is damaged, or has tensors other than int8 and int16.</exception>
    public static byte[] ToOnnx(string path)
    {
        byte[] content = ReadAll(path);
        if (!IsTflite(content)) throw new CommandFailure($"{path}: only a .tflite file is written as .onnx. An .onnx file with quantization is what it is already.");
        try
        {
            ModelGraph graph = GraphDequantizer.Dequantize(TfliteImporter.Import(content, System.IO.Path.GetFileName(path)));
            return OnnxExporter.Export(graph, new OnnxExportOptions { Quantize = true }).File;
        }
        catch (NotSupportedException e)
        {
            throw new CommandFailure($"{path}: {e.Message} Convert without --onnx.");
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="CommandFailure">It cannot be read.</exception>
    public static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure($"{path}: there is no such file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path}: cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>Tells whether a file is a blob, by how it begins.</summary>
    /// <param name="content">Its content.</param>
    public static bool IsBlob(byte[] content) => content.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(content) == BlobFormat.Magic;

    private static bool IsTflite(byte[] content) => content.Length >= 8 && BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(4)) == TfliteIdentifier;

    private static bool IsOnnx(byte[] content, string path) =>
        OnnxImporter.Recognizes(content) || (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && !IsTflite(content));
}
