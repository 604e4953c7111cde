using System.Numerics;

namespace EdgeInfer.Audio.Tests.Oracles;

/// <summary>The stages that work on one channel at a time, as the C library writes them down: bit by bit, in numbers without sign.</summary>
internal static class Channels
{
    public static uint Root(ulong value)
    {
        if (value == 0) return 0;

        bool isShort = value >> 32 == 0;
        int highest = isShort ? 31 - BitOperations.LeadingZeroCount((uint)value) : 63 - BitOperations.LeadingZeroCount(value);
        ulong root = 0;
        for (ulong bit = 1UL << (highest & ~1); bit != 0; bit >>= 2)
        {
            if (value >= root + bit)
            {
                value -= root + bit;
                root = (root >> 1) + bit;
            }
            else
            {
                root >>= 1;
            }
        }

        return (uint)(value > root && root != (isShort ? 0xFFFFu : 0xFFFFFFFFu) ? root + 1 : root);
    }

    /// <summary>The gain table in the C library's layout, four numbers an octave.</summary>
    public static uint Gain(uint signal, uint noise, int[] table, int shift)
    {
        uint gain;
        if (noise <= 2)
        {
            gain = (uint)table[noise];
        }
        else
        {
            int interval = 32 - BitOperations.LeadingZeroCount(noise);
            int at = (4 * interval) - 6;
            short place = (short)((interval < 11 ? noise << (11 - interval) : noise >> (interval - 11)) & 0x3FF);
            int result = ((table[at + 2] * place) >> 5) + (int)((uint)table[at + 1] << 5);
            result = ((result * place) + (1 << 14)) >> 15;
            gain = (uint)(short)(result + table[at]);
        }

        uint snr = (uint)(((ulong)signal * gain) >> shift);
        return snr < 2 << 12 ? (snr * snr) >> 20 : (snr >> 6) - 64;
    }

    public static uint Log(uint signal, int[] table, int scaleShift)
    {
        uint x = signal << 3;
        if (x <= 1) return 0;

        int whole = 31 - BitOperations.LeadingZeroCount(x);
        uint fraction = (uint)(x - (1L << whole));
        fraction = whole < 16 ? fraction << (16 - whole) : fraction >> (whole - 16);
        uint segment = fraction >> 9;
        int relative = ((table[segment + 1] - table[segment]) * (int)(fraction - (512 * segment))) >> 16;
        uint log2 = ((uint)whole << 16) + (uint)(fraction + table[segment] + relative);
        uint log = (uint)(((45426UL * log2) + 32768) >> 16);
        return Math.Min(((log << scaleShift) + 32768) >> 16, 65535);
    }
}
