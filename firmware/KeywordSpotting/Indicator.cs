using System.Device.Gpio;

namespace KeywordSpotting
{
    /// <summary>The LED: lit for a while after a keyword. A board without one listens all the same.</summary>
    internal sealed class Indicator
    {
        private readonly GpioPin _pin;
        private long _until;

        internal Indicator()
        {
            if (Pins.Led < 0) return;

            _pin = new GpioController().OpenPin(Pins.Led, PinMode.Output);
            Write(false);
        }

        internal bool IsOn { get; private set; }

        /// <summary>Lights the LED.</summary>
        /// <param name="now">Microseconds.</param>
        /// <param name="duration">Microseconds for which it stays on.</param>
        internal void Light(long now, long duration)
        {
            _until = now + duration;
            Write(true);
        }

        /// <summary>Puts the LED out when it is time.</summary>
        /// <param name="now">Microseconds.</param>
        internal void Update(long now)
        {
            if (IsOn && now >= _until) Write(false);
        }

        private void Write(bool on)
        {
            IsOn = on;
            if (_pin != null) _pin.Write(on != Pins.LedActiveLow ? PinValue.High : PinValue.Low);
        }
    }
}
