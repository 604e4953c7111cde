using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// Mel-frequency cepstral coefficients, as the keyword model of MLPerf Tiny (DS-CNN) was trained with: magnitudes of a spectrum in mel bands, their
    /// logarithms, and the first coefficients of a cosine transform. Integer only, with more than 20 bits wherever the float recipe has 24.
    /// </summary>
    /// <remarks>
    /// The recipe divides a whole clip by its largest sample. A factor of the samples adds the same to all logarithms and so changes only the first
    /// coefficient; a stream, which does not know what is to come, divides by the largest sample of the last second instead. Where a clip is
    /// at hand, <see cref="Peak"/> says what its largest sample is.
    /// </remarks>
    public sealed class MfccFrontEnd : FrontEnd
    {
        /// <summary>Bits of the windowed samples, so that a spectrum stays within 30.</summary>
        private const int SampleBits = 21;

        private readonly int _zeroPoint;
        private readonly short[] _window;
        private readonly int _firstBin;
        private readonly byte[] _widths;
        private readonly short[] _weights;
        private readonly short[] _logs;
        private readonly short[] _cosines;
        private readonly WideSpectrum _spectrum;
        private readonly int[] _magnitudes;
        private readonly int[] _bands;
        private readonly short[] _peaks;
        private int _peakPosition;

        internal MfccFrontEnd(ChunkReader reader)
        {
            SampleRate = reader.Word("sample rate", 1, 1000000);
            WindowSamples = reader.Word("window samples", MfccFormat.MinimumWindow, MfccFormat.TransformPoints);
            StepSamples = reader.Word("step samples", 1, WindowSamples);
            int bands = reader.Word("bands", 1, MfccFormat.MaximumBands);
            Features = reader.Word("coefficients", 1, bands);
            _firstBin = reader.Word("first bin", 1, (MfccFormat.TransformPoints / 2) - 1);
            int bins = reader.Word("bins", 1, (MfccFormat.TransformPoints / 2) - _firstBin);
            int history = reader.Word("history", 1, MfccFormat.MaximumHistory);
            _zeroPoint = reader.Word("zero point", sbyte.MinValue, sbyte.MaxValue);
            _window = reader.Halves("window", WindowSamples, 0, short.MaxValue);
            _weights = reader.Halves("filter bank", bins, 0, short.MaxValue);
            _cosines = reader.Halves("cosine transform", bands * Features, short.MinValue, short.MaxValue);
            _logs = reader.Halves("log table", MfccFormat.LogNumbers, 0, short.MaxValue);
            short[] sines = reader.Halves("sine table", MfccFormat.SineNumbers, 0, short.MaxValue);
            _widths = reader.Bytes("band widths", bands + 1);
            int sum = 0;
            for (int i = 0; i < _widths.Length; i++) sum += _widths[i];
            if (sum != bins) throw reader.Error("they sum up to " + sum.ToString() + " instead of " + bins.ToString() + " bins");

            reader.End();

            _spectrum = new WideSpectrum(sines, _firstBin, bins);
            _magnitudes = new int[bins];
            _bands = new int[bands];
            _peaks = new short[history];
        }

        /// <summary>The largest sample of the clip that the frames are of; 0 where it is not known, as in a stream.</summary>
        public int Peak { get; set; }

        /// <inheritdoc/>
        public override void Reset()
        {
            Array.Clear(_peaks, 0, _peaks.Length);
            _peakPosition = 0;
        }

        /// <inheritdoc/>
        protected override void Compute(short[] samples, int offset, sbyte[] features, int featuresOffset)
        {
            int peak = Window(samples, offset, out int shift);
            if (Peak > 0) peak = Peak;
            _spectrum.Apply();
            SquareRoot.Apply(_spectrum.Output, 0, _magnitudes);
            Bands(peak, shift);
            Transform(features, featuresOffset);
        }

        /// <summary>Applies the window, scales to 21 bits, and finds the loudest sample of the last frames.</summary>
        private int Window(short[] samples, int offset, out int shift)
        {
            short[] window = _window;
            int[] output = _spectrum.Input;
            int union = 0;
            int peak = 1;
            for (int i = 0; i < window.Length; i++)
            {
                int sample = samples[offset + i];
                if (sample > peak) peak = sample;
                sample *= window[i];
                output[i] = sample;
                union |= sample < 0 ? ~sample : sample;
            }

            shift = 0;
            for (int rest = union >> SampleBits; rest != 0; rest >>= 1) shift++;
            for (int i = 0; i < output.Length; i++) output[i] = i < window.Length ? output[i] >> shift : 0;

            short[] peaks = _peaks;
            peaks[_peakPosition] = (short)peak;
            _peakPosition = _peakPosition + 1 < peaks.Length ? _peakPosition + 1 : 0;
            for (int i = 0; i < peaks.Length; i++)
            {
                if (peaks[i] > peak) peak = peaks[i];
            }

            return peak;
        }

        /// <summary>
        /// Sums magnitudes into triangles that overlap by half, and takes the logarithms of (sum / peak + 1e-6) to the base 2. A sum has the
        /// bits of the window and of the weights behind the point, less the shift.
        /// </summary>
        private void Bands(int peak, int shift)
        {
            byte[] widths = _widths;
            short[] weights = _weights;
            int[] magnitudes = _magnitudes;
            int[] bands = _bands;
            int pointBits = (2 * MfccFormat.WeightBits) - shift;
            long epsilon = ((long)peak * MfccFormat.Epsilon) >> (40 - pointBits);
            int one = Log2(peak) + (pointBits << MfccFormat.FractionBits);
            int bin = 0;
            long carried = 0;
            for (int flank = 0; flank < widths.Length; flank++)
            {
                long sum = carried;
                carried = 0;
                for (int end = bin + widths[flank]; bin < end; bin++)
                {
                    long magnitude = magnitudes[bin];
                    long rising = magnitude * weights[bin];
                    carried += rising;
                    sum += (magnitude << MfccFormat.WeightBits) - rising;
                }

                // The first flank belongs to no band: below it there is none.
                if (flank > 0) bands[flank - 1] = Log2(sum + epsilon) - one;
            }
        }

        /// <summary>The logarithm to the base 2 with 16 bits behind the point: the highest bit, and a table for what is behind it.</summary>
        private int Log2(long value)
        {
            long high = value;
            int whole = 0;
            if (high >= 1L << 32)
            {
                high >>= 32;
                whole = 32;
            }

            if (high >= 1 << 16)
            {
                high >>= 16;
                whole += 16;
            }

            if (high >= 1 << 8)
            {
                high >>= 8;
                whole += 8;
            }

            if (high >= 1 << 4)
            {
                high >>= 4;
                whole += 4;
            }

            if (high >= 1 << 2)
            {
                high >>= 2;
                whole += 2;
            }

            whole += (int)(high >> 1);
            int fraction = (int)(whole < 16 ? value << (16 - whole) : value >> (whole - 16)) & 0xFFFF;
            int segment = fraction >> 9;
            int start = _logs[segment];
            return (whole << MfccFormat.FractionBits) + fraction + start + (((_logs[segment + 1] - start) * (fraction & 0x1FF)) >> 9);
        }

        /// <summary>The cosine transform, which holds the scale of the features, too; then the zero point, and what is behind the point is left out.</summary>
        private void Transform(sbyte[] features, int featuresOffset)
        {
            short[] cosines = _cosines;
            int[] bands = _bands;
            int at = 0;
            for (int i = 0; i < Features; i++)
            {
                long sum = (long)_zeroPoint << (2 * MfccFormat.FractionBits);
                for (int band = 0; band < bands.Length; band++)
                {
                    sum += (long)cosines[at] * bands[band];
                    at++;
                }

                int feature = (int)(sum < 0 ? -(-sum >> (2 * MfccFormat.FractionBits)) : sum >> (2 * MfccFormat.FractionBits));
                features[featuresOffset + i] = (sbyte)(feature < -128 ? -128 : feature > 127 ? 127 : feature);
            }
        }
    }
}
