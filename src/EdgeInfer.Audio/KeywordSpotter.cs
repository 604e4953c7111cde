using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// Listens for keywords: audio goes into a ring, a front end makes features of it, the model says what it hears in them and a detector
    /// makes detections of that. What front end, model and detector do is all said by the blob. The firmware, the command <c>edgeinfer listen</c>
    /// and the tests run this same class.
    /// </summary>
    /// <example>
    /// <code>
    /// spotter.Write(block, 0, block.Length);
    /// while (spotter.ReadFrame())
    /// {
    ///     if (spotter.IsInferenceDue &amp;&amp; spotter.Infer() != KeywordDetector.None) Console.WriteLine(spotter.Labels[spotter.Detected]);
    /// }
    /// </code>
    /// </example>
    /// <remarks>Nothing is allocated after construction. One thread may use it at a time.</remarks>
    public sealed class KeywordSpotter
    {
        private readonly PcmFormat _format;
        private readonly AudioRing _ring;
        private readonly FrontEnd _frontEnd;
        private readonly Interpreter _interpreter;
        private readonly Tensor _input;
        private readonly Tensor _output;
        private readonly int _hop;
        private readonly int _features;

        /// <summary>Samples that the next frame looks at.</summary>
        private readonly short[] _window;
        private int _windowFilled;

        /// <summary>Features of the last frames, as many as the model takes, in a ring.</summary>
        private readonly sbyte[] _frames;
        private int _framePosition;
        private int _missingFrames;
        private bool _isRunning;

        /// <summary>Takes all memory that listening needs.</summary>
        /// <param name="model">A model whose blob carries a front end and a detector.</param>
        /// <param name="format">The bytes that will be written.</param>
        /// <param name="bufferSamples">Samples that may wait while a model runs; at least a window of the front end.</param>
        /// <exception cref="ArgumentNullException">An argument is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The buffer is shorter than a window of the front end.</exception>
        /// <exception cref="BlobException">The blob carries no front end or detector, or they do not fit the model.</exception>
        public KeywordSpotter(Model model, PcmFormat format, int bufferSamples)
        {
            if (format == null) throw new ArgumentNullException(nameof(format));

            _format = format;
            _frontEnd = FrontEnd.Create(model);
            DetectorSettings settings = DetectorSettings.Read(model);
            if (bufferSamples < _frontEnd.WindowSamples) throw new ArgumentOutOfRangeException(nameof(bufferSamples));

            _interpreter = new Interpreter(model);
            _input = _interpreter.Input(0);
            _output = _interpreter.Output(0);
            _hop = settings.HopFrames;
            _features = _frontEnd.Features;
            if (_interpreter.InputCount != 1 || !IsBytes(_input)) throw Mismatch("input", "the model does not take one input of 8-bit features");
            if (_input.Count % _features != 0) throw Mismatch("input", "the model takes " + _input.Count.ToString() + " features, no multiple of the " + _features.ToString() + " of a frame");
            if (!IsBytes(_output) || _output.Count != settings.IsKeyword.Length) throw Mismatch("output", "the model does not give 8-bit posteriors of " + settings.IsKeyword.Length.ToString() + " classes");

            Detector = new KeywordDetector(settings);
            Labels = ReadLabels(model, settings.IsKeyword.Length);
            _ring = new AudioRing(format, bufferSamples);
            _window = new short[_frontEnd.WindowSamples];
            _frames = new sbyte[_input.Count];
            Reset();
        }

        /// <summary>Samples a second that the model expects.</summary>
        public int SampleRate
        {
            get { return _frontEnd.SampleRate; }
        }

        /// <summary>The front end.</summary>
        public FrontEnd FrontEnd
        {
            get { return _frontEnd; }
        }

        /// <summary>Averages posteriors and makes detections of them.</summary>
        public KeywordDetector Detector { get; }

        /// <summary>Names of the classes.</summary>
        public string[] Labels { get; }

        /// <summary>Lets frames through only while there is something to hear; null to listen always.</summary>
        public EnergyGate Gate { get; set; }

        /// <summary>Samples before the gate's opening that are listened to as well; at most the buffer.</summary>
        public int PreRoll { get; set; }

        /// <summary>Samples that are through: the end of the last frame, counted from the first sample written. Samples that were lost count.</summary>
        public long Position { get; private set; }

        /// <summary>Samples that were given up because nobody had read them in time.</summary>
        public long LostSamples
        {
            get { return _ring.Lost; }
        }

        /// <summary>Where the features of the last frame begin in <see cref="Features"/>.</summary>
        public int LastFrame { get; private set; }

        /// <summary>Features of the last frames, as many as the model takes, as a ring.</summary>
        public sbyte[] Features
        {
            get { return _frames; }
        }

        /// <summary>The model's output: the posteriors of the last inference.</summary>
        public Tensor Posteriors
        {
            get { return _output; }
        }

        /// <summary>True where the last frame is one after which the model is to be run.</summary>
        public bool IsInferenceDue { get; private set; }

        /// <summary>The keyword that the last inference detected, or <see cref="KeywordDetector.None"/>.</summary>
        public int Detected { get; private set; }

        /// <summary>Takes a block of audio.</summary>
        /// <param name="bytes">Holds whole frames of the format.</param>
        /// <param name="offset">The first byte.</param>
        /// <param name="count">Number of bytes.</param>
        /// <exception cref="ArgumentNullException"><paramref name="bytes"/> is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The bytes are not in the array, or are no whole frames.</exception>
        public void Write(byte[] bytes, int offset, int count)
        {
            long lost = _ring.Lost;
            _ring.Write(bytes, offset, count);
            Position += _ring.Lost - lost;
            if (Gate == null) return;

            bool wasOpen = Gate.IsOpen;
            Gate.Process(_format, bytes, offset, count);
            if (Gate.IsOpen && !wasOpen) Restart();
            else if (!Gate.IsOpen) Position += _ring.Keep(PreRoll);
        }

        /// <summary>Makes the features of the next frame, where there is enough audio for it.</summary>
        /// <returns>True where there was; then <see cref="IsInferenceDue"/> says whether the model is to be run.</returns>
        public bool ReadFrame()
        {
            int wanted = _window.Length - _windowFilled;
            if (_ring.Available < wanted || (Gate != null && !Gate.IsOpen)) return false;

            _ring.Read(_window, _windowFilled, wanted);
            Position += wanted;
            LastFrame = _framePosition;
            _frontEnd.Process(_window, 0, _frames, _framePosition);
            _framePosition += _features;
            if (_framePosition == _frames.Length) _framePosition = 0;

            _windowFilled = _window.Length - _frontEnd.StepSamples;
            Array.Copy(_window, _frontEnd.StepSamples, _window, 0, _windowFilled);

            _missingFrames--;
            IsInferenceDue = _missingFrames == 0;
            if (IsInferenceDue) _missingFrames = _hop;
            return true;
        }

        /// <summary>Runs the model on the last frames, and the detector on what it says.</summary>
        /// <returns>The keyword, if this inference made it a detection, or <see cref="KeywordDetector.None"/>.</returns>
        public int Infer()
        {
            while (!Step(int.MaxValue))
            {
            }

            return Detected;
        }

        /// <summary>Runs a slice of <see cref="Infer"/>, so that audio can be taken in between.</summary>
        /// <param name="budget">Work of the slice; see <see cref="Interpreter.Step"/>.</param>
        /// <returns>True where the inference is complete.</returns>
        public bool Step(int budget)
        {
            if (!_isRunning)
            {
                int first = _frames.Length - _framePosition;
                Array.Copy(_frames, _framePosition, _input.Int8, _input.Offset, first);
                Array.Copy(_frames, 0, _input.Int8, _input.Offset + first, _framePosition);
                _isRunning = true;
            }

            if (!_interpreter.Step(budget)) return false;

            _isRunning = false;
            Detected = Detector.Process(_output.Int8, _output.Offset, _output.ZeroPoint);
            return true;
        }

        /// <summary>Forgets all audio and all that was heard in it.</summary>
        public void Reset()
        {
            _ring.Keep(0);
            Position = 0;
            Restart();
        }

        private void Restart()
        {
            _frontEnd.Reset();
            _interpreter.Reset();
            Detector.Reset();
            _windowFilled = 0;
            _framePosition = 0;
            _missingFrames = _input.Count / _features;
            _isRunning = false;
            IsInferenceDue = false;
            Detected = KeywordDetector.None;
        }

        private static bool IsBytes(Tensor tensor)
        {
            return tensor.Type == TensorType.Int8 || tensor.Type == TensorType.UInt8;
        }

        private static BlobException Mismatch(string field, string reason)
        {
            return new BlobException(reason, "keyword spotter", field, 0);
        }

        private static string[] ReadLabels(Model model, int classes)
        {
            string[] labels = EdgeInfer.Labels.Read(model);
            if (labels.Length == classes) return labels;

            labels = new string[classes];
            for (int i = 0; i < classes; i++) labels[i] = "class " + i.ToString();
            return labels;
        }
    }
}
