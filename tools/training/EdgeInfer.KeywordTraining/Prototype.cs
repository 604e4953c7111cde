using System.Numerics;
namespace EdgeInfer.KeywordTraining;

// Experimental front ends in floating point.
internal sealed record Prototype(int Points, int Spacing, int Windows, int Step, string Window, int[] Widths, int FirstBin, bool Skip)
{
    public int WindowSamples => 2 * ((Spacing * (Windows - 1)) + Points);
    public int Frames(int samples) => ((samples - WindowSamples) / Step) + 1;
    public Func<short[], sbyte[]> Create()
    {
        double[] w = new double[Points];
        for (int i = 0; i < Points; i++)
        {
            double hann = 0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / Points));
            w[i] = Window switch { "hann" => hann, "rect" => 1, "hann8" => Math.Round(hann * 8) / 8, "sine" => Math.Sin(Math.PI * (i + 0.5) / Points), _ => throw new ArgumentException(Window) };
        }
        Complex[] tw = [.. Enumerable.Range(0, Points).Select(i => Complex.FromPolarCoordinates(1, -2 * Math.PI * i / Points))];
        int bins = Widths.Sum();
        return samples =>
        {
            int frames = Frames(samples.Length);
            sbyte[] result = new sbyte[frames * Widths.Length];
            double[] energy = new double[bins];
            Complex[] x = new Complex[Points];
            for (int f = 0; f < frames; f++)
            {
                Array.Clear(energy);
                for (int s = 0; s < Windows; s++)
                {
                    int at = (f * Step) + (2 * s * Spacing);
                    for (int i = 0; i < Points; i++) x[i] = w[i] * (Skip ? 2 * samples[at + (2 * i)] : samples[at + (2 * i)] + samples[at + (2 * i) + 1]);
                    Fft(x);
                    for (int b = 0; b < bins; b++) energy[b] += (x[FirstBin + b].Real * x[FirstBin + b].Real) + (x[FirstBin + b].Imaginary * x[FirstBin + b].Imaginary);
                }
                int bin = 0;
                for (int c = 0; c < Widths.Length; c++)
                {
                    double e = 0;
                    for (int k = 0; k < Widths[c]; k++) e += energy[bin++];
                    e = e * 64 * 3 / (Points * Windows) ;
                    result[(f * Widths.Length) + c] = (sbyte)Math.Clamp(Math.Floor((8 * Math.Log2(e + 64)) - 128 - 60), -128, 127);
                }
            }
            return result;
        };
    }
    private static void Fft(Complex[] x)
    {
        int n = x.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (x[i], x[j]) = (x[j], x[i]);
        }
        for (int len = 2; len <= n; len <<= 1)
        {
            Complex step = Complex.FromPolarCoordinates(1, -2 * Math.PI / len);
            for (int i = 0; i < n; i += len)
            {
                Complex w = 1;
                for (int k = 0; k < len / 2; k++)
                {
                    Complex u = x[i + k], v = x[i + k + (len / 2)] * w;
                    x[i + k] = u + v; x[i + k + (len / 2)] = u - v; w *= step;
                }
            }
        }
    }
}
