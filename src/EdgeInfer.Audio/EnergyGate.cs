using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// Tells speech from quiet by loudness alone, so that front end and model need not run in quiet. It looks at every sixteenth sample:
    /// some three million instructions a second.
    /// </summary>
    /// <remarks>
    /// The level of a block is the mean difference of neighbouring looks, which leaves out the offset that microphones have. The floor follows quiet
    /// quickly downwards and slowly upwards; the gate opens where the level is above Ratio quarters of the floor plus Margin, and stays open
    /// for a while after it was there last.
    /// </remarks>
    public sealed class EnergyGate
    {
        /// <summary>Audio before the gate's opening that belongs to a word: its first sound may be soft. For <see cref="KeywordSpotter.PreRoll"/>.</summary>
        public const int SpeechPreRollMilliseconds = 300;

        /// <summary>Quiet that ends a word, and not the pause within one.</summary>
        public const int SpeechHangoverMilliseconds = 400;

        private const int Stride = 16;

        private readonly int _ratio;
        private readonly int _margin;
        private readonly int _hangover;
        private int _floor;
        private int _remaining;
        private int _last;

        /// <summary>Creates a closed gate.</summary>
        /// <param name="ratio">Quarters of the floor above which it opens; 12 for three times as loud.</param>
        /// <param name="margin">Added to that; what the microphone's own noise may be.</param>
        /// <param name="hangover">Samples for which it stays open.</param>
        /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
        public EnergyGate(int ratio, int margin, int hangover)
        {
            if (ratio < 5 || ratio > 400) throw new ArgumentOutOfRangeException(nameof(ratio));
            if (margin < 1 || margin > short.MaxValue) throw new ArgumentOutOfRangeException(nameof(margin));
            if (hangover < 0) throw new ArgumentOutOfRangeException(nameof(hangover));

            _ratio = ratio;
            _margin = margin;
            _hangover = hangover;
            _floor = short.MaxValue;
        }

        /// <summary>Creates a closed gate for spoken words, which opens at three times the loudness of quiet.</summary>
        /// <param name="sampleRate">Samples a second.</param>
        /// <param name="margin">Added to that; what the microphone's own noise may be.</param>
        /// <returns>The gate.</returns>
        /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
        public static EnergyGate ForSpeech(int sampleRate, int margin)
        {
            return new EnergyGate(12, margin, sampleRate / 1000 * SpeechHangoverMilliseconds);
        }

        /// <summary>Whether there is something to listen to.</summary>
        public bool IsOpen
        {
            get { return _remaining > 0; }
        }

        /// <summary>Loudness of the last block.</summary>
        public int Level { get; private set; }

        /// <summary>Looks at a block of audio.</summary>
        /// <param name="format">What the bytes are.</param>
        /// <param name="bytes">Holds whole frames.</param>
        /// <param name="offset">The first byte.</param>
        /// <param name="count">Number of bytes.</param>
        public void Process(PcmFormat format, byte[] bytes, int offset, int count)
        {
            int frame = format.FrameBytes;
            int step = Stride * frame;
            int end = offset + count - 1;
            int last = _last;
            int sum = 0;
            int looks = 0;
            for (int at = offset + (2 * format.Channel); at < end; at += step)
            {
                int value = (short)(bytes[at] | (bytes[at + 1] << 8));
                sum += value < last ? last - value : value - last;
                last = value;
                looks++;
            }

            if (looks == 0) return;

            _last = last;
            Level = sum / looks;
            bool loud = Level > ((_floor * _ratio) >> 2) + _margin;
            _floor += Level < _floor ? (Level - _floor) >> 2 : (_floor >> 6) + 1;
            if (_floor > short.MaxValue) _floor = short.MaxValue;
            if (loud) _remaining = _hangover + (count / frame);
            else _remaining = _remaining > count / frame ? _remaining - (count / frame) : 0;
        }
    }
}
