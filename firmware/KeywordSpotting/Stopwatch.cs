using nanoFramework.Hardware.Esp32;

namespace KeywordSpotting
{
    /// <summary>How long a stage takes: mean and longest since the last report.</summary>
    internal sealed class Stopwatch
    {
        private readonly string _name;
        private long _start;
        private long _sum;
        private long _longest;
        private int _count;

        internal Stopwatch(string name)
        {
            _name = name;
        }

        /// <summary>Microseconds since the board started.</summary>
        internal static long Now
        {
            get { return (long)HighResTimer.GetCurrent(); }
        }

        /// <summary>Microseconds of all runs since the last report.</summary>
        internal long Sum
        {
            get { return _sum; }
        }

        /// <summary>A run begins.</summary>
        internal void Start()
        {
            _start = Now;
        }

        /// <summary>A run ends.</summary>
        /// <param name="elsewhere">Microseconds in between that other stages took.</param>
        internal void Stop(long elsewhere)
        {
            long took = Now - _start - elsewhere;
            _sum += took;
            _count++;
            if (took > _longest) _longest = took;
        }

        /// <summary>Forgets all runs.</summary>
        internal void Reset()
        {
            _sum = 0;
            _longest = 0;
            _count = 0;
        }

        /// <summary>The stage in a line of figures: mean, longest, runs.</summary>
        public override string ToString()
        {
            long mean = _count == 0 ? 0 : _sum / _count;
            return _name + " " + Milliseconds(mean) + " ms (longest " + Milliseconds(_longest) + ", " + _count.ToString() + " times)";
        }

        internal static string Milliseconds(long microseconds)
        {
            long tenths = (microseconds + 50) / 100;
            return (tenths / 10).ToString() + "." + (tenths % 10).ToString();
        }
    }
}
