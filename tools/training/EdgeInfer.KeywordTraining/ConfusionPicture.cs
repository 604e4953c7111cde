using System.Globalization;
using System.Text;

namespace EdgeInfer.KeywordTraining;

/// <summary>A confusion matrix as SVG: a row for what was said, a column for what was heard.</summary>
internal static class ConfusionPicture
{
    private const int Cell = 46;
    private const int Left = 86;
    private const int Top = 78;

    /// <summary>Draws the matrix.</summary>
    /// <param name="counts">[said, heard].</param>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="title">What was measured.</param>
    public static string Draw(int[,] counts, IReadOnlyList<string> labels, string title)
    {
        int classes = labels.Count;
        int size = classes * Cell;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Left + size + 16} {Top + size + 34}\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"20\" font-size=\"15\" fill=\"#222222\">{title}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (size / 2)}\" y=\"{Top + size + 24}\" text-anchor=\"middle\" fill=\"#666666\">rows: what was said; columns: what was heard, % of the row</text>\n");
        for (int said = 0; said < classes; said++)
        {
            int total = Enumerable.Range(0, classes).Sum(heard => counts[said, heard]);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Top + (said * Cell) + 28}\" text-anchor=\"end\" fill=\"#222222\">{labels[said]}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (said * Cell) + 23}\" y=\"{Top - 10}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#222222\">{labels[said]}</text>\n");
            for (int heard = 0; heard < classes; heard++)
            {
                double share = total == 0 ? 0 : (double)counts[said, heard] / total;
                (int red, int green, int blue) = said == heard ? (33, 113, 181) : (203, 75, 22);
                int Mix(int colour) => (int)(245 + ((colour - 245) * Math.Sqrt(share)));
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left + (heard * Cell)}\" y=\"{Top + (said * Cell)}\" width=\"{Cell - 1}\" height=\"{Cell - 1}\" fill=\"rgb({Mix(red)},{Mix(green)},{Mix(blue)})\"/>\n");
                if (share >= 0.005)
                    svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (heard * Cell) + 23}\" y=\"{Top + (said * Cell) + 28}\" text-anchor=\"middle\" fill=\"{(share > 0.35 ? "#ffffff" : "#222222")}\">{100 * share:0}</text>\n");
            }
        }

        return svg.Append("</svg>\n").ToString();
    }
}
