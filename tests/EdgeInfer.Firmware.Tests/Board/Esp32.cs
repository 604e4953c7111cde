using EdgeInfer.Firmware.Tests;

namespace nanoFramework.Hardware.Esp32
{
#pragma warning disable CA1008, CA1707, CA1711 // Names and values are those of the firmware.

    public enum DeviceFunction
    {
        I2S1_BCK = 393473,
        I2S1_WS = 393474,
        I2S1_MDATA_IN = 393476,
    }

    public enum EspNativeError
    {
        OK = 0,
        NOT_SUPPORTED = 262,
    }

    public static class Configuration
    {
        public static void SetPinFunction(int pin, DeviceFunction value) => SimulatedBoard.Functions[value] = pin;
    }

    public static class HighResTimer
    {
        public static ulong GetCurrent() => (ulong)(SimulatedBoard.Now += SimulatedBoard.Tick);
    }

    public static class Sleep
    {
        private static (long Pins, int Level) s_wakeup;

        public enum WakeupGpioPin : long
        {
            None = 0,
        }

        public static EspNativeError EnableWakeupByPin(WakeupGpioPin pin, int level)
        {
            s_wakeup = ((long)pin, level);
            return EspNativeError.OK;
        }

        public static void StartDeepSleep() => SimulatedBoard.Asleep = s_wakeup;
    }
}

namespace nanoFramework.Runtime.Native
{
    public static class GC
    {
        public static uint Run(bool compactHeap) => compactHeap ? 50000u : 40000u;
    }
}

namespace KeywordSpotting
{
    /// <summary>Stand-in of the generated class: the model that is built in.</summary>
    internal static class Resources
    {
        public enum BinaryResources
        {
            keywords,
        }

        public static byte[] BuiltIn { get; set; } = [];

        public static byte[] GetBytes(BinaryResources id) => id == BinaryResources.keywords ? BuiltIn : null;
    }
}
