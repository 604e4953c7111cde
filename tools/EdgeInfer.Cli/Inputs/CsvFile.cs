using System.Globalization;
using System.Text;

namespace EdgeInfer.Cli.Inputs;

/// <summary>Numbers as text, separated by commas, semicolons, blanks or line ends; lines that begin with # are comments.</summary>
internal static class CsvFile
{
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r'];

    /// <summary>Reads numbers.</summary>
    /// <param name="content">Content of the file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="tensor">The input that takes them.</param>
    /// <param name="options">How they are to be understood.</param>
    /// <returns>The bytes of the input's elements.</returns>
    /// <exception cref="CommandFailure">Something is no number, or there are too few or too many.</exception>
    public static byte[] Read(byte[] content, string path, Tensor tensor, InputOptions options)
    {
        List<double> values = [];
        string[] lines = Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            if (lines[line].StartsWith('#')) continue;

            foreach (string word in lines[line].Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            {
                if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                {
                    throw new CommandFailure($"{path}, line {line + 1}: '{word}' is no number. Put # before headings and use a point in fractions.");
                }

                values.Add(value);
            }
        }

        if (values.Count % tensor.Count != 0)
        {
            throw new CommandFailure($"{path}: {values.Count} numbers are not a whole number of frames; the input ({tensor.Describe()}) takes {tensor.Count} a frame.");
        }

        return tensor.Encode(values, options.AreQuantized, path);
    }
}
