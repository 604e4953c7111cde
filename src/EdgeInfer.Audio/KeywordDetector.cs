using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// Makes detections of posteriors: averages each class over the last inferences, takes the likeliest keyword once its mean reaches a
    /// threshold, and takes the next one only when the mean has fallen below a second, lower threshold and some time has passed.
    /// </summary>
    public sealed class KeywordDetector
    {
        /// <summary>No keyword.</summary>
        public const int None = -1;

        private readonly DetectorSettings _settings;
        private readonly int[] _history;
        private readonly int[] _sums;
        private int _position;
        private int _warmUp;
        private int _wait;

        /// <summary>Creates a detector that has heard nothing.</summary>
        /// <param name="settings">When what a model says is a detection.</param>
        /// <exception cref="ArgumentNullException"><paramref name="settings"/> is null.</exception>
        public KeywordDetector(DetectorSettings settings)
        {
            if (settings == null) throw new ArgumentNullException(nameof(settings));

            _settings = settings;
            _sums = new int[settings.IsKeyword.Length];
            _history = new int[settings.IsKeyword.Length * settings.Smoothing];
            Reset();
        }

        /// <summary>Number of classes.</summary>
        public int Classes
        {
            get { return _sums.Length; }
        }

        /// <summary>The keyword that is being heard, from its detection until its mean falls below the lower threshold; <see cref="None"/> where there is none.</summary>
        public int Active { get; private set; }

        /// <summary>Mean posterior of a class.</summary>
        /// <param name="index">The class.</param>
        /// <returns>0 to 255, 256 standing for 1.0.</returns>
        public int Score(int index)
        {
            return _sums[index] / _settings.Smoothing;
        }

        /// <summary>Takes the posteriors of one inference.</summary>
        /// <param name="posteriors">Holds them as 8-bit numbers with their bits unchanged.</param>
        /// <param name="offset">The first one.</param>
        /// <param name="zeroPoint">The number that stands for 0.0: -128, or 0 for unsigned bytes.</param>
        /// <returns>The keyword, if this inference made it a detection, or <see cref="None"/>.</returns>
        public int Process(sbyte[] posteriors, int offset, int zeroPoint)
        {
            if (_warmUp > 0)
            {
                _warmUp--;
                return None;
            }

            byte[] isKeyword = _settings.IsKeyword;
            int[] history = _history;
            int[] sums = _sums;
            int position = _position;
            int best = None;
            for (int i = 0; i < sums.Length; i++)
            {
                int posterior = (posteriors[offset + i] - zeroPoint) & 255;
                sums[i] += posterior - history[position];
                history[position] = posterior;
                position++;
                if (isKeyword[i] != 0 && (best == None || sums[i] > sums[best])) best = i;
            }

            _position = position < history.Length ? position : 0;
            if (_wait > 0) _wait--;
            if (Active != None && sums[Active] < _settings.OffThreshold * _settings.Smoothing) Active = None;
            if (Active != None || _wait > 0 || sums[best] < _settings.OnThreshold * _settings.Smoothing) return None;

            Active = best;
            _wait = _settings.Refractory + 1;
            return best;
        }

        /// <summary>Forgets what was heard.</summary>
        public void Reset()
        {
            Array.Clear(_history, 0, _history.Length);
            Array.Clear(_sums, 0, _sums.Length);
            _position = 0;
            _wait = 0;
            _warmUp = _settings.WarmUp;
            Active = None;
        }
    }
}
