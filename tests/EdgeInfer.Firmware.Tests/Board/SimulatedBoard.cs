using System.Device.Gpio;

namespace EdgeInfer.Firmware.Tests;

/// <summary>
/// What the application has around it: time, sound at the microphone, pins. Time passes where the application waits for audio, and by a fixed
/// amount whenever it looks at the clock, which stands for the work in between.
/// </summary>
internal static class SimulatedBoard
{
    /// <summary>What the driver holds until it is read: see the firmware's I2S driver, 8 bytes a frame.</summary>
    public const int DriverFrames = 1024;

    /// <summary>The sound, and the silence behind it.</summary>
    public static short[] Sound { get; set; } = [];

    /// <summary>Whether the microphone is on the right channel.</summary>
    public static bool IsRight { get; set; }

    /// <summary>Microseconds since the start.</summary>
    public static double Now { get; set; }

    /// <summary>Microseconds that pass whenever the application looks at the clock.</summary>
    public static double Tick { get; set; }

    /// <summary>Frames that were read or missed so far.</summary>
    public static long Position { get; set; }

    /// <summary>Frames that the driver could not hold.</summary>
    public static long Overrun { get; private set; }

    /// <summary>Pins by function, as the application has set them.</summary>
    public static Dictionary<nanoFramework.Hardware.Esp32.DeviceFunction, int> Functions { get; } = [];

    /// <summary>What was written to pins: number, level, and when.</summary>
    public static List<(int Pin, bool IsHigh, double Time)> Writes { get; } = [];

    /// <summary>Pins that are open.</summary>
    public static Dictionary<int, PinMode> Open { get; } = [];

    /// <summary>Level of the pin that wakes the board; null where it is awake.</summary>
    public static (long Pins, int Level)? Asleep { get; set; }

    /// <summary>Everything as after a reset.</summary>
    /// <param name="sound">What the microphone will hear.</param>
    public static void Reset(short[] sound)
    {
        Sound = sound;
        IsRight = false;
        Now = 1000;
        Tick = 20;
        Position = 0;
        Overrun = 0;
        Functions.Clear();
        Writes.Clear();
        Open.Clear();
        Asleep = null;
    }

    /// <summary>Fills a block with 16-bit frames of two channels, waiting for those that are still to come.</summary>
    public static void Read(byte[] block, int rate)
    {
        long arrived = (long)(Now * rate / 1e6);
        if (arrived - Position > DriverFrames)
        {
            Overrun += arrived - Position - DriverFrames;
            Position = arrived - DriverFrames;
        }

        for (int i = 0; i < block.Length; i += 4)
        {
            short sample = Position < Sound.Length ? Sound[Position] : (short)((Position * 7 % 5) - 2);
            int at = i + (IsRight ? 2 : 0);
            block[i] = block[i + 1] = block[i + 2] = block[i + 3] = 0;
            block[at] = (byte)sample;
            block[at + 1] = (byte)(sample >> 8);
            Position++;
        }

        Now = Math.Max(Now, Position * 1e6 / rate);
    }
}
