using System;
using EdgeInfer.Audio;
using nanoFramework.Hardware.Esp32;
using GC = nanoFramework.Runtime.Native.GC;

namespace KeywordSpotting
{
    /// <summary>Passes audio from the microphone to the spotter, reports keywords and figures, and lights the LED.</summary>
    internal sealed class Listener
    {
        private const int Second = 1000000;

        private readonly OpenedModel _model;
        private readonly Microphone _microphone;
        private readonly Indicator _indicator;
        private readonly Stopwatch _capture = new Stopwatch("capture");
        private readonly Stopwatch _frontEnd = new Stopwatch("front end");
        private readonly Stopwatch _inference = new Stopwatch("model");
        private KeywordSpotter _spotter;
        private long _lastRead;
        private long _lastReport;
        private long _lastKeyword;
        private long _waited;

        internal Listener(OpenedModel model, Microphone microphone, Indicator indicator)
        {
            _model = model;
            _microphone = microphone;
            _indicator = indicator;
        }

        /// <summary>Starts the microphone and takes all memory that listening needs.</summary>
        internal void Start()
        {
            int rate = FrontEnd.Create(_model.Model).SampleRate;
            int channel = _microphone.Start(rate);
            _spotter = new KeywordSpotter(_model.Model, PcmFormat.Stereo16(channel), rate / 1000 * Settings.BufferMilliseconds);
            _spotter.FrontEnd.GainBits = Settings.GainBits;
            if (Settings.IsGated)
            {
                _spotter.Gate = EnergyGate.ForSpeech(rate, 4);
                _spotter.PreRoll = rate / 1000 * EnergyGate.SpeechPreRollMilliseconds;
            }

            Console.WriteLine("listening with the model " + _model.Name + ", microphone " + (channel == 0 ? "left" : "right") + ", free memory " + GC.Run(true).ToString() + " bytes");
            _lastReport = Stopwatch.Now;
            _lastKeyword = _lastReport;
        }

        /// <summary>
        /// Works through the next frame of audio, or waits for a block where there is none. A board that cannot keep up never waits, and still
        /// reports and puts the LED out.
        /// </summary>
        internal void Step()
        {
            if (!ReadFrame()) Capture();
            else if (_spotter.IsInferenceDue) Infer();

            long now = Stopwatch.Now;
            _indicator.Update(now);
            if (now - _lastReport >= Settings.ReportSeconds * (long)Second) Report(now);
            if (Settings.SleepAfterSeconds > 0 && now - _lastKeyword >= Settings.SleepAfterSeconds * (long)Second) FallAsleep(now);
        }

        /// <summary>Waits for a block. What counts as work is what comes after the waiting.</summary>
        private void Capture()
        {
            long start = Stopwatch.Now;
            _microphone.Read();
            _capture.Start();
            _waited += Stopwatch.Now - start;
            _spotter.Write(_microphone.Block, 0, _microphone.Block.Length);
            _capture.Stop(0);
            _lastRead = Stopwatch.Now;
        }

        private bool ReadFrame()
        {
            _frontEnd.Start();
            if (!_spotter.ReadFrame()) return false;

            _frontEnd.Stop(0);
            return true;
        }

        /// <summary>Runs the model in slices, and takes the blocks of audio that become complete in the meantime.</summary>
        private void Infer()
        {
            long elsewhere = 0;
            _inference.Start();
            while (!_spotter.Step(Settings.SliceWork))
            {
                long now = Stopwatch.Now;
                if (now - _lastRead < Settings.BlockMilliseconds * 1000) continue;

                Capture();
                elsewhere += Stopwatch.Now - now;
            }

            _inference.Stop(elsewhere);
            if (_spotter.Detected != KeywordDetector.None) OnKeyword(_spotter.Detected);
        }

        private void OnKeyword(int keyword)
        {
            _lastKeyword = Stopwatch.Now;
            _indicator.Light(_lastKeyword, Settings.LightMilliseconds * 1000L);
            long tenths = _spotter.Position * 10 / _spotter.SampleRate;
            int percent = _spotter.Detector.Score(keyword) * 100 / DetectorFormat.One;
            Console.WriteLine((tenths / 10).ToString() + "." + (tenths % 10).ToString() + " s: " + _spotter.Labels[keyword] + " (" + percent.ToString() + " %)");
        }

        private void Report(long now)
        {
            long passed = now - _lastReport;
            long busy = (passed - _waited) * 100 / passed;
            Console.WriteLine(_capture.ToString() + "; " + _frontEnd.ToString() + "; " + _inference.ToString());
            Console.WriteLine("busy " + busy.ToString() + " %, lost " + (_spotter.LostSamples + _microphone.LostSamples).ToString() + " samples, free memory " + GC.Run(false).ToString() + " bytes");
            _capture.Reset();
            _frontEnd.Reset();
            _inference.Reset();
            _waited = 0;
            _lastReport = now;
        }

        /// <summary>Deep sleep: the board starts anew when its button is pressed.</summary>
        private void FallAsleep(long now)
        {
            EspNativeError error = Pins.Button < 0 ? EspNativeError.NOT_SUPPORTED : Sleep.EnableWakeupByPin((Sleep.WakeupGpioPin)(1L << Pins.Button), 0);
            if (error != EspNativeError.OK)
            {
                Console.WriteLine("this board cannot be woken by a button (" + ((int)error).ToString() + "): it stays awake");
                _lastKeyword = now;
                return;
            }

            Console.WriteLine("asleep until the button is pressed");
            _microphone.Dispose();
            Sleep.StartDeepSleep();
        }
    }
}
