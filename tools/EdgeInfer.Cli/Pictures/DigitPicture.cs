using System.Text;

namespace EdgeInfer.Cli.Pictures;

/// <summary>A small grey image as lines of block characters, two pixels above each other in a character.</summary>
internal static class DigitPicture
{
    private const string Shades = " ░▒▓█";

    /// <summary>Draws an image.</summary>
    /// <param name="pixels">Grey values, row by row from the top.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="withColors">Whether greys can be shown; without them the characters shade.</param>
    /// <returns>Lines of markup, each as wide as the image.</returns>
    public static IReadOnlyList<string> Draw(byte[] pixels, int width, bool withColors)
    {
        int height = pixels.Length / width;
        List<string> lines = [];
        for (int y = 0; y < height; y += 2)
        {
            StringBuilder line = new();
            for (int x = 0; x < width; x++)
            {
                byte upper = pixels[(y * width) + x], lower = y + 1 < height ? pixels[((y + 1) * width) + x] : (byte)0;
                if (withColors) line.Append($"[{Grey(upper)} on {Grey(lower)}]▀[/]");
                else line.Append(Shades[(upper + lower) / 2 * Shades.Length / 256]);
            }

            lines.Add(line.ToString());
        }

        return lines;
    }

    private static string Grey(byte pixel) => $"#{pixel:x2}{pixel:x2}{pixel:x2}";
}
