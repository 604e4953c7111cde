using System;
using System.Device.Gpio;
using System.Threading;
using EdgeInfer;
using GC = nanoFramework.Runtime.Native.GC;

namespace DigitReader
{
    /// <summary>
    /// Reads one drawn digit with the model of the desktop demo, prints what it took, and blinks the LED as often as the
    /// digit says (ten times for zero).
    /// </summary>
    public static class Program
    {
        // LED of most ESP32 DevKitC boards; see boards/ for others.
        private const int LedPin = 2;

        private const int BlinkMilliseconds = 250;
        private const int PauseMilliseconds = 2000;

        /// <summary>Entry point.</summary>
        public static void Main()
        {
            uint freeBefore = GC.Run(true);
            Model model = Model.Load(Resources.GetBytes(Resources.BinaryResources.digits));
            Interpreter interpreter = new Interpreter(model);
            byte[] drawing = Resources.GetBytes(Resources.BinaryResources.drawing);
            uint freeAfter = GC.Run(true);
            Console.WriteLine("free memory: " + freeBefore.ToString() + " bytes, with the model " + freeAfter.ToString() + " bytes (arena " + model.ArenaBytes.ToString() + ")");

            int digit = Read(interpreter, drawing);
            GpioPin led = new GpioController().OpenPin(LedPin, PinMode.Output);
            while (true)
            {
                Blink(led, digit == 0 ? 10 : digit);
                Thread.Sleep(PauseMilliseconds);
            }
        }

        private static int Read(Interpreter interpreter, byte[] drawing)
        {
            // The model's input has scale 1/255: a pixel of 0 (paper) to 255 (ink) only has to be moved to the zero point.
            Tensor input = interpreter.Input(0);
            for (int i = 0; i < drawing.Length; i++) input[i] = drawing[i] + input.ZeroPoint;

            long start = Environment.TickCount64;
            interpreter.Invoke();
            long took = Environment.TickCount64 - start;

            Tensor output = interpreter.Output(0);
            int digit = output.ArgMax();
            int percent = (int)(100 * output.GetReal(digit));
            Console.WriteLine("digit " + digit.ToString() + " (" + percent.ToString() + " %), " + took.ToString() + " ms");
            return digit;
        }

        private static void Blink(GpioPin led, int times)
        {
            for (int i = 0; i < times; i++)
            {
                led.Write(PinValue.High);
                Thread.Sleep(BlinkMilliseconds);
                led.Write(PinValue.Low);
                Thread.Sleep(BlinkMilliseconds);
            }
        }
    }
}
