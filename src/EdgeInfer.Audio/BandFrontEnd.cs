namespace EdgeInfer.Audio
{
    /// <summary>
    /// The front end for boards that interpret: three short transforms a frame, computed as one, and the logarithms of their energies in some twenty
    /// bands. It knows nothing of earlier frames.
    /// </summary>
    public sealed class BandFrontEnd : FrontEnd
    {
        private readonly ThreeWindows _windows;
        private readonly ThreeSpectra _spectra;
        private readonly byte[] _logs;
        private readonly int _floor;

        internal BandFrontEnd(ChunkReader reader)
        {
            SampleRate = reader.Word("sample rate", 1, 1000000);
            int spacing = reader.Word("transform spacing", 0, BandFrontEndFormat.MaximumSpacing);
            WindowSamples = ((BandFrontEndFormat.Transforms - 1) * spacing) + BandFrontEndFormat.TransformSamples;
            StepSamples = reader.Word("step samples", 1, WindowSamples);
            int firstBin = reader.Word("first bin", 1, BandFrontEndFormat.EndBin - 1);
            Features = reader.Word("bands", 1, BandFrontEndFormat.EndBin - firstBin);
            _floor = reader.Word("floor", 0, BandFrontEndFormat.MaximumFloor);
            byte[] window = reader.Bytes("window", BandFrontEndFormat.WindowNumbers, BandFrontEndFormat.WindowOne);
            byte[] sine = reader.Bytes("sine table", BandFrontEndFormat.SineNumbers, BandFrontEndFormat.SineOne);
            _logs = reader.Bytes("log table", BandFrontEndFormat.LogNumbers, BandFrontEndFormat.LogMaximum);
            byte[] widths = reader.Bytes("band widths", Features, BandFrontEndFormat.EndBin);
            int bins = 0;
            for (int i = 0; i < widths.Length; i++)
            {
                if (widths[i] == 0) throw reader.Error("band " + i.ToString() + " is empty");

                bins += widths[i];
            }

            if (firstBin + bins > BandFrontEndFormat.EndBin) throw reader.Error("they sum up to " + bins.ToString() + " bins, and there are " + (BandFrontEndFormat.EndBin - firstBin).ToString());

            reader.End();

            _windows = new ThreeWindows(window, spacing);
            _spectra = new ThreeSpectra(sine, firstBin, widths);
        }

        /// <inheritdoc/>
        public override void Reset()
        {
        }

        /// <inheritdoc/>
        protected override void Compute(short[] samples, int offset, sbyte[] features, int featuresOffset)
        {
            int bits = _windows.Apply(samples, offset);
            int shift = _spectra.Apply(_windows.Output, bits);

            // A bit of shift or gain is two octaves of energy.
            int zero = (2 * BandFrontEndFormat.StepsPerOctave * (shift + GainBits)) - _floor - 128;
            int[] energies = _spectra.Output;
            byte[] logs = _logs;
            for (int band = 0; band < energies.Length; band++)
            {
                // Five bits or more are left for the table, unless there were less.
                int energy = energies[band];
                int feature = zero;
                if (energy >= 1 << 16)
                {
                    energy >>= 12;
                    feature += 12 * BandFrontEndFormat.StepsPerOctave;
                }

                if (energy >= 1 << 12)
                {
                    energy >>= 8;
                    feature += 8 * BandFrontEndFormat.StepsPerOctave;
                }

                if (energy >= 1 << 8)
                {
                    energy >>= 4;
                    feature += 4 * BandFrontEndFormat.StepsPerOctave;
                }

                feature += logs[energy];
                if (feature < -128) feature = -128;
                if (feature > 127) feature = 127;
                features[featuresOffset + band] = (sbyte)feature;
            }
        }
    }
}
