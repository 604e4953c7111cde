namespace EdgeInfer.Audio
{
    /// <summary>
    /// The micro front end, with which TFLM's micro_speech and ESPHome's micro_wake_word models were trained: window, spectrum, mel
    /// channels, noise reduction, gain control, logarithm. Integer only; every stage is bit-exact with the C library.
    /// </summary>
    public sealed class MicroFrontEnd : FrontEnd
    {
        private readonly SampleWindow _window;
        private readonly PowerSpectrum _spectrum;
        private readonly FilterBank _filterBank;
        private readonly NoiseReduction _noiseReduction;
        private readonly GainControl _gainControl;
        private readonly LogScale _logScale;

        internal MicroFrontEnd(ChunkReader reader)
        {
            SampleRate = reader.Word("sample rate", 1, 1000000);
            WindowSamples = reader.Word("window samples", MicroFrontEndFormat.MinimumWindow, MicroFrontEndFormat.TransformPoints);
            StepSamples = reader.Word("step samples", 1, WindowSamples);
            reader.Word("transform points", MicroFrontEndFormat.TransformPoints, MicroFrontEndFormat.TransformPoints);
            Features = reader.Word("channels", 1, MicroFrontEndFormat.MaximumChannels);
            int firstBin = reader.Word("first bin", 1, (MicroFrontEndFormat.TransformPoints / 2) - 1);
            int bins = reader.Word("bins", 1, (MicroFrontEndFormat.TransformPoints / 2) - firstBin);
            int smoothingBits = reader.Word("smoothing bits", 0, MicroFrontEndFormat.MaximumSmoothingBits);
            int even = reader.Word("even smoothing", 0, MicroFrontEndFormat.NoiseOne);
            int odd = reader.Word("odd smoothing", 0, MicroFrontEndFormat.NoiseOne);
            int minimum = reader.Word("minimum signal", 0, MicroFrontEndFormat.NoiseOne);
            int gainShift = reader.Word("gain shift", -1, MicroFrontEndFormat.MaximumShift);
            int logShift = reader.Word("log shift", 0, MicroFrontEndFormat.MaximumShift);
            int stored = reader.Word("window coefficients", (WindowSamples + 1) / 2, WindowSamples);
            if (stored != WindowSamples && stored != (WindowSamples + 1) / 2) throw reader.Error(stored.ToString() + " are neither all nor half of them");

            short[] window = reader.Halves("window", stored, 0, MicroFrontEndFormat.One);
            short[] entries = reader.Halves("filter bank", bins, 0, (MicroFrontEndFormat.One * MicroFrontEndFormat.WeightStep) + 1);
            for (int i = 0; i < bins; i++)
            {
                if (entries[i] == MicroFrontEndFormat.One * MicroFrontEndFormat.WeightStep) throw reader.Error("the unweight of bin " + (firstBin + i).ToString() + " is negative");
            }

            short[] gains = gainShift < 0 ? null : reader.Halves("gain table", MicroFrontEndFormat.GainNumbers, short.MinValue, short.MaxValue);
            short[] logs = reader.Halves("log table", MicroFrontEndFormat.LogNumbers, 0, short.MaxValue);
            short[] sines = reader.Halves("sine table", MicroFrontEndFormat.SineNumbers, 0, short.MaxValue);
            byte[] widths = reader.Bytes("channel widths", Features + 1);
            int sum = 0;
            for (int i = 0; i < widths.Length; i++) sum += widths[i];
            if (sum != bins) throw reader.Error("they sum up to " + sum.ToString() + " instead of " + bins.ToString() + " bins");

            reader.End();

            Values = new int[Features];
            _window = new SampleWindow(window, WindowSamples);
            _spectrum = new PowerSpectrum(sines, firstBin, firstBin + bins);
            _filterBank = new FilterBank(firstBin, entries, widths);
            _noiseReduction = new NoiseReduction(Features, smoothingBits, even, odd, minimum);
            if (gains != null) _gainControl = new GainControl(gains, gainShift);
            _logScale = new LogScale(logs, logShift);
        }

        /// <summary>The features of the last frame before they become 8-bit numbers, 0 to 65535, as the C library gives them.</summary>
        public int[] Values { get; private set; }

        /// <inheritdoc/>
        public override void Reset()
        {
            _noiseReduction.Reset();
        }

        /// <inheritdoc/>
        protected override void Compute(short[] samples, int offset, sbyte[] features, int featuresOffset)
        {
            int[] values = Values;
            int shift = _window.Apply(samples, offset, GainBits);
            _spectrum.Apply(_window.Output, shift);
            _filterBank.Apply(_spectrum.Output);
            SquareRoot.Apply(_filterBank.Output, shift, values);
            _noiseReduction.Apply(values);
            if (_gainControl != null) _gainControl.Apply(values, _noiseReduction.Estimates);
            _logScale.Apply(values);

            // 666 = 26 * 25.6: what a model was trained with is features / 25.6, of which 26 make the range of a byte.
            for (int i = 0; i < values.Length; i++)
            {
                int feature = (((values[i] * 256) + 333) / 666) - 128;
                features[featuresOffset + i] = (sbyte)(feature < 127 ? feature : 127);
            }
        }
    }
}
