using System.Text.Json;
using CsCheck;
using EdgeInfer.Audio.Tests.Oracles;
using EdgeInfer.Converter.Audio;

namespace EdgeInfer.Audio.Tests;

/// <summary>Every stage by itself: against the C library on a recording, against the oracles on anything.</summary>
public class StageTests
{
    private const int Frames = 49;
    private const string Folder = "stages_yes_20ms";

    private static readonly ChunkTables Tables = new(MicroFrontEndChunk.Write(MicroFrontEndConfiguration.MicroSpeech));

    [SharedFact]
    public void Window_and_scaling_are_those_of_the_C_library()
    {
        SampleWindow window = new(Tables.Window, 480);
        short[] samples = Recording.Samples("yes_1000ms");
        short[] windowed = Recording.Read<short>(Folder, "1_window_int16.bin");
        int[] shifts = Recording.Read<int>(Folder, "2_input_shift_int32.bin");
        for (int frame = 0; frame < Frames; frame++)
        {
            Assert.Equal(shifts[frame], window.Apply(samples, frame * 320, 0));
            Assert.Equal(windowed.Skip(frame * 480).Take(480).Select(value => (int)value), window.Output.Take(480));
        }
    }

    [SharedFact]
    public void Energies_are_those_of_the_C_library()
    {
        PowerSpectrum spectrum = new(Tables.Sines, Tables.FirstBin, Tables.FirstBin + Tables.Entries.Length);
        short[] windowed = Recording.Read<short>(Folder, "1_window_int16.bin");
        int[] shifts = Recording.Read<int>(Folder, "2_input_shift_int32.bin");
        short[] bins = Recording.Read<short>(Folder, "3_fft_complex_int16.bin");
        int[] energies = Recording.Read<int>(Folder, "4_energy_int32.bin");
        for (int frame = 0; frame < Frames; frame++)
        {
            int[] samples = new int[512];
            for (int i = 0; i < 480; i++) samples[i] = windowed[(frame * 480) + i];
            spectrum.Apply(samples, shifts[frame]);
            Assert.Equal(energies[((frame * 257) + 5)..((frame * 257) + 241)], spectrum.Output[5..241]);

            // The oracle that the random frames are held against gives the C library's bins.
            var expected = RealTransform.Compute([.. samples.Select(value => (short)(value << shifts[frame]))]);
            Assert.Equal(bins[(frame * 514)..((frame + 1) * 514)], expected.SelectMany(bin => new[] { bin.Re, bin.Im }));
        }
    }

    [SharedFact]
    public void Channels_are_those_of_the_C_library()
    {
        FilterBank bank = new(Tables.FirstBin, Tables.Entries, Tables.Widths);
        NoiseReduction noise = new(40, 10, 409, 983, 819);
        GainControl gain = new(Tables.Gains, 6);
        LogScale log = new(Tables.Logs, 6);
        int[] energies = Recording.Read<int>(Folder, "4_energy_int32.bin");
        int[] shifts = Recording.Read<int>(Folder, "2_input_shift_int32.bin");
        int[] values = new int[40];
        for (int frame = 0; frame < Frames; frame++)
        {
            bank.Apply(energies[(frame * 257)..((frame + 1) * 257)]);
            Assert.Equal(Frame<long>(frame, "5_filterbank_uint64.bin"), bank.Output);
            SquareRoot.Apply(bank.Output, shifts[frame], values);
            Assert.Equal(Frame<int>(frame, "6_sqrt_uint32.bin"), values);
            noise.Apply(values);
            Assert.Equal(Frame<int>(frame, "7_noise_reduced_uint32.bin"), values);
            Assert.Equal(Frame<int>(frame, "7_noise_estimate_uint32.bin"), noise.Estimates);
            gain.Apply(values, noise.Estimates);
            Assert.Equal(Frame<int>(frame, "8_pcan_uint32.bin"), values);
            log.Apply(values);
            Assert.Equal(Frame<ushort>(frame, "9_log_uint16.bin").Select(value => (int)value), values);
        }
    }

    [Fact]
    public void The_spectrum_of_anything_is_that_of_kissfft()
    {
        PowerSpectrum spectrum = new(Tables.Sines, 1, 256);
        Gen.Select(Gen.Int[0, 15], Gen.Int[0, 3], Gen.Short.Array[512]).Sample((shift, kind, random) =>
        {
            // Full-scale noise, square waves and lone pulses overflow 16 bits inside the transform; the wrapped numbers must be the same.
            int limit = 32767 >> shift;
            short[] samples = [.. random.Select((value, i) => (short)(kind switch
            {
                0 => value >> shift,
                1 => value < 0 ? -limit - 1 : limit,
                2 => (i / (1 + (random[0] & 63)) & 1) == 0 ? limit : -limit,
                _ => i % (1 + (random[1] & 127)) == 0 ? limit : 0,
            }))];
            spectrum.Apply([.. samples.Select(value => (int)value)], shift);
            var bins = RealTransform.Compute([.. samples.Select(value => (short)(value << shift))]);
            Assert.Equal(bins[1..256].Select(bin => (bin.Re * bin.Re) + (bin.Im * bin.Im)), spectrum.Output[1..256]);
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void Roots_gains_and_logarithms_of_anything_are_those_of_the_C_library()
    {
        int[] gains = [.. Tables.Gains.Take(2).Select(value => (int)value), .. Tables.Gains.Skip(2).Chunk(3).SelectMany(octave => new int[] { octave[0], octave[1], octave[2], 0 })];
        int[] logs = [.. Tables.Logs.Select(value => (int)value)];
        Gen.Select(Gen.ULong, Gen.Int[4, 63], Gen.Int[-1, 1], Gen.UInt, Gen.UInt, Gen.Int[0, 31]).Sample((bits, down, beside, signal, noise, less) =>
        {
            // Squares and their neighbours are where a rounded root changes.
            ulong square = (bits >> down) >> 30;
            ulong value = (down & 1) == 0 ? bits >> down : (square * square) + (square & ((ulong)beside + 1));
            int[] channel = new int[1];
            SquareRoot.Apply([(long)value], 0, channel);
            Assert.Equal(Channels.Root(value), (uint)channel[0]);

            signal >>= less;
            noise >>= 31 - less;
            channel[0] = (int)signal;
            new GainControl(Tables.Gains, 6).Apply(channel, [(int)noise]);
            Assert.Equal(Channels.Gain(signal, noise, gains, 6), (uint)channel[0]);

            channel[0] = (int)signal;
            new LogScale(Tables.Logs, 6).Apply(channel);
            Assert.Equal(Channels.Log(signal, logs, 6), (uint)channel[0]);
        }, iter: 100000);
    }

    [Fact]
    public void A_sample_without_magnitude_is_left_out_as_in_the_C_library()
    {
        short[] samples = new short[480];
        samples[240] = short.MinValue;
        samples[100] = 400;
        SampleWindow window = new([.. Enumerable.Repeat((short)4096, 480)], 480);
        Assert.Equal(15 - 9, window.Apply(samples, 0, 0));
        Assert.Equal(0, (short)(window.Output[240] << 6));
        Assert.Equal(400, window.Output[100]);
    }

    [SharedTheory]
    [InlineData(MicroFrontEndTables.Library, "tables.json")]
    [InlineData(MicroFrontEndTables.SignalOperators, "audio_preprocessor_int8/tables.json")]
    public void Tables_are_those_of_the_reference(MicroFrontEndTables kind, string file)
    {
        ChunkTables tables = new(MicroFrontEndChunk.Write(MicroFrontEndConfiguration.MicroSpeech with { Tables = kind }));
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("audio", file)));
        int[] Expected(string name) => [.. reference.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

        int[] window = Expected("window_coefficients");
        Assert.Equal(window, Enumerable.Range(0, 480).Select(i => (int)tables.Window[i < tables.Window.Length ? i : 479 - i]));

        int[] gains = Expected("pcan_gain_lut");
        Assert.Equal([gains[0], gains[1], .. gains.Skip(2).Where((_, i) => i % 4 != 3).Take(93)], tables.Gains.Select(value => (int)value));
        if (kind == MicroFrontEndTables.Library) Assert.Equal(Expected("log_lut")[..129], tables.Logs.Select(value => (int)value));

        // The reference pads every flank with zeros; what is left, in order, is the bins.
        (int Weight, int Unweight)[] padded = [.. Expected("filterbank_weights").Zip(Expected("filterbank_unweights"))];
        Assert.Equal(padded.Where(pair => pair != (0, 0)), tables.Entries.Select(entry => (entry / 4, 4096 - (entry / 4) + (entry % 4) - 1)));
        Assert.Equal(5, tables.FirstBin);
        Assert.Equal(241, tables.FirstBin + tables.Entries.Length);
    }

    private static T[] Frame<T>(int frame, string file) where T : unmanaged => Recording.Read<T>(Folder, file)[(frame * 40)..((frame + 1) * 40)];
}
