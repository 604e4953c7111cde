namespace KeywordSpotting
{
    /// <summary>What one may want to change. Pins are in Pins.cs, which the tools write for a board; what counts as a keyword is in the blob.</summary>
    internal static class Settings
    {
        /// <summary>Where a model is looked for before the one that is built in.</summary>
        internal const string Folder = "I:\\";

        /// <summary>Audio that is read at once. The driver holds 64 ms, so that this and what is done with it must take less.</summary>
        internal const int BlockMilliseconds = 20;

        /// <summary>Audio that may wait while a model runs.</summary>
        internal const int BufferMilliseconds = 400;

        /// <summary>Microphones are quieter than the recordings that models are trained on: so many bits, 6 dB each, are made up for.</summary>
        internal const int GainBits = 4;

        /// <summary>Run front end and model only where it is loud enough: for boards that are too slow to listen all the time.</summary>
        internal static bool IsGated { get; set; } = false;

        /// <summary>How long the LED stays on after a keyword.</summary>
        internal const int LightMilliseconds = 1000;

        /// <summary>From one line of figures to the next.</summary>
        internal const int ReportSeconds = 10;

        /// <summary>Without a keyword for so long, the board sleeps until its button is pressed; 0 for never.</summary>
        internal static int SleepAfterSeconds { get; set; } = 0;

        /// <summary>Work of a model between two looks at the microphone, see Interpreter.Step.</summary>
        internal const int SliceWork = 4000;
    }
}
