using System.Buffers.Binary;
using EdgeInfer.Converter;

namespace EdgeInfer.Cli;

/// <summary>A model that a command was given: a blob, or a .tflite file that is converted in memory.</summary>
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
    /// <param name="path">A blob or a .tflite file, told apart by their content.</param>
    /// <param name="options">Choices for a conversion; null for the defaults.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CommandFailure">The file cannot be read, or is neither.</exception>
    /// <exception cref="ConversionException">The .tflite file cannot be converted.</exception>
    public static ModelFile Load(string path, ConversionOptions? options = null) => Load(ReadAll(path), path, options);

    /// <summary>Takes a model that has been read.</summary>
    /// <param name="content">Content of a blob or a .tflite file.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="options">Choices for a conversion; null for the defaults.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CommandFailure">The content is neither.</exception>
    /// <exception cref="ConversionException">The .tflite file cannot be converted.</exception>
    public static ModelFile Load(byte[] content, string path, ConversionOptions? options = null)
    {
        if (content.Length >= 8 && BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(4)) == TfliteIdentifier)
        {
            ConversionResult result = ModelConverter.Convert(content, System.IO.Path.GetFileName(path), options);
            return new ModelFile(path, content.Length, result.Blob, result.Model, result);
        }

        if (content.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(content) != BlobFormat.Magic)
        {
            throw new CommandFailure($"{path}: this is neither an EdgeInfer blob (it would begin with \"EIB1\") nor a .tflite file (\"TFL3\" at byte 4). Give a file made by 'edgeinfer convert' or by the TFLite converter.");
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
}
