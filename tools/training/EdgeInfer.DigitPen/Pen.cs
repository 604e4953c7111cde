namespace EdgeInfer.DigitPen;

/// <summary>Draws strokes on black, white where the ink is, with one pixel of soft edge.</summary>
internal static class Pen
{
    /// <summary>Height and width of a drawing.</summary>
    public const int Side = 28;

    private const double Radius = 1.3;
    private const int PiecesPerSegment = 16;

    /// <summary>Draws the strokes of one digit.</summary>
    /// <returns>The pixels row by row, 0 to 255.</returns>
    public static byte[] Draw(IEnumerable<Point[]> strokes)
    {
        Point[][] lines = [.. strokes.Select(Smooth)];
        byte[] pixels = new byte[Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            Point centre = new((i % Side) + 0.5, (i / Side) + 0.5);
            double distance = lines.Min(line => line.Zip(line.Skip(1)).Min(piece => Distance(centre, piece.First, piece.Second)));
            pixels[i] = (byte)Math.Round(255 * Math.Clamp(Radius + 0.5 - distance, 0, 1));
        }

        return pixels;
    }

    /// <summary>A Catmull-Rom curve through the points, as short straight pieces.</summary>
    private static Point[] Smooth(Point[] points)
    {
        List<Point> curve = [points[0]];
        for (int i = 0; i + 1 < points.Length; i++)
        {
            Point before = points[Math.Max(i - 1, 0)];
            Point after = points[Math.Min(i + 2, points.Length - 1)];
            for (int piece = 1; piece <= PiecesPerSegment; piece++)
            {
                double t = (double)piece / PiecesPerSegment;
                curve.Add(new Point(
                    Interpolate(before.X, points[i].X, points[i + 1].X, after.X, t),
                    Interpolate(before.Y, points[i].Y, points[i + 1].Y, after.Y, t)));
            }
        }

        return [.. curve];
    }

    private static double Interpolate(double p0, double p1, double p2, double p3, double t) =>
        p1 + (0.5 * t * (p2 - p0 + (t * ((2 * p0) - (5 * p1) + (4 * p2) - p3 + (t * ((3 * (p1 - p2)) + p3 - p0))))));

    private static double Distance(Point from, Point a, Point b)
    {
        double dx = b.X - a.X;
        double dy = b.Y - a.Y;
        double length = (dx * dx) + (dy * dy);
        double t = length == 0 ? 0 : Math.Clamp((((from.X - a.X) * dx) + ((from.Y - a.Y) * dy)) / length, 0, 1);
        return Math.Sqrt(Math.Pow(from.X - a.X - (t * dx), 2) + Math.Pow(from.Y - a.Y - (t * dy), 2));
    }
}
