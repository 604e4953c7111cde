namespace KeywordSpotting
{
    /// <summary>Pins of the ESP32-DevKitC, written by: edgeinfer boards esp32-devkitc --pins Pins.cs --namespace KeywordSpotting</summary>
    internal static class Pins
    {
        /// <summary>GPIO of the LED; -1 where there is none.</summary>
        /// <remarks>Assumed: common on DevKitC clones; the original board has no user LED.</remarks>
        internal static readonly int Led = 2;

        /// <summary>GPIO of the microphone's bit clock (SCK).</summary>
        /// <remarks>Assumed: free pins of the board, chosen by this project for a microphone of the INMP441 class; nobody has wired it yet.</remarks>
        internal static readonly int MicrophoneClock = 26;

        /// <summary>GPIO of the microphone's word select (WS).</summary>
        /// <remarks>Assumed: free pins of the board, chosen by this project for a microphone of the INMP441 class; nobody has wired it yet.</remarks>
        internal static readonly int MicrophoneWordSelect = 25;

        /// <summary>GPIO of the microphone's data (SD).</summary>
        /// <remarks>Assumed: free pins of the board, chosen by this project for a microphone of the INMP441 class; nobody has wired it yet.</remarks>
        internal static readonly int MicrophoneData = 33;

        /// <summary>GPIO of a button that is low when pressed; -1 where there is none.</summary>
        /// <remarks>Documented: the BOOT button, which pulls the strapping pin low.</remarks>
        internal static readonly int Button = 0;

        /// <summary>Whether the LED is lit when its pin is low.</summary>
        internal static readonly bool LedActiveLow = false;
    }
}
