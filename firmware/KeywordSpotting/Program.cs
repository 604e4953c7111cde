using System;
using GC = nanoFramework.Runtime.Native.GC;

namespace KeywordSpotting
{
    /// <summary>Listens to a microphone, says which keywords it hears, and lights the LED. See README.md for the wiring.</summary>
    public static class Program
    {
        /// <summary>Entry point.</summary>
        public static void Main()
        {
            Console.WriteLine("free memory: " + GC.Run(true).ToString() + " bytes");
            Listener listener = new Listener(new ModelStore(Settings.Folder).Open(), new Microphone(Settings.BlockMilliseconds), new Indicator());
            listener.Start();
            while (true) listener.Step();
        }
    }
}
