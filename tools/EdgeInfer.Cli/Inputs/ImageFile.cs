using StbImageSharp;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Images for inputs of one frame in NHWC with one or three channels.</summary>
internal static class ImageFile
{
    /// <summary>Reads an image.</summary>
    /// <param name="content">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="tensor">The input that takes it.</param>
    /// <param name="options">What black and white stand for.</param>
    /// <returns>The bytes of the input's elements.</returns>
    /// <exception cref="CommandFailure">The file is damaged, or the input takes no image of this size.</exception>
    public static byte[] Read(byte[] content, string path, Tensor tensor, InputOptions options)
    {
        int[] shape = tensor.Shape.Length == 3 ? [.. tensor.Shape, 1] : tensor.Shape;
        if (shape.Length != 4 || shape[0] != 1 || shape[3] is not (1 or 3))
        {
            throw new CommandFailure($"{path}: the input is {tensor.Describe()}, which is no image. Images fit inputs of 1 x height x width x 1 or 3 channels.");
        }

        ImageResult image = Decode(content, path, shape[3]);
        if (image.Height != shape[1] || image.Width != shape[2])
        {
            throw new CommandFailure($"{path}: the image is {image.Width} x {image.Height}, the input takes {shape[2]} x {shape[1]}. Scale it first, so that it is scaled as in training.");
        }

        if (options.Pixels is null && tensor.Type is TensorType.Int8 or TensorType.UInt8)
        {
            // The usual quantization of images: the whole range of a pixel is the whole range of the tensor.
            int lowest = tensor.Type == TensorType.Int8 ? sbyte.MinValue : 0;
            return tensor.Encode([.. image.Data.Select(p => (double)(p + lowest))], areQuantized: true, path);
        }

        PixelRange range = options.Pixels ?? new PixelRange(0, 1);
        return tensor.Encode([.. image.Data.Select(p => range.Black + (p * (double)(range.White - range.Black) / 255))], areQuantized: false, path);
    }

    /// <summary>Decodes an image.</summary>
    /// <param name="content">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <returns>The pixels, row by row from the top.</returns>
    /// <exception cref="CommandFailure">The file is damaged.</exception>
    public static ImageResult Decode(byte[] content, string path, int channels)
    {
        try
        {
            return ImageResult.FromMemory(content, channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
        }
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or EndOfStreamException)
        {
            throw new CommandFailure($"{path}: the image cannot be decoded ({e.Message.TrimEnd('.')}).");
        }
    }
}
