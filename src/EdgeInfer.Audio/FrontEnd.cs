using System;

namespace EdgeInfer.Audio
{
    /// <summary>
    /// Turns audio into the features that a model was trained on. What it computes is said by the model's own metadata, so that
    /// a model and its front end cannot be mismatched.
    /// </summary>
    public abstract class FrontEnd
    {
        /// <summary>Tag of the metadata chunk that describes the front end, "FRNT".</summary>
        public const int Tag = 0x544E5246;

        /// <summary>The largest <see cref="GainBits"/>.</summary>
        public const int MaximumGainBits = 8;

        private const string ChunkName = "front end";

        private int _gainBits;

        /// <summary>Samples a second.</summary>
        public int SampleRate { get; protected set; }

        /// <summary>Samples that one frame looks at.</summary>
        public int WindowSamples { get; protected set; }

        /// <summary>Samples from the start of one frame to the start of the next; at most <see cref="WindowSamples"/>.</summary>
        public int StepSamples { get; protected set; }

        /// <summary>Features of one frame.</summary>
        public int Features { get; protected set; }

        /// <summary>
        /// Bits by which samples are quieter than those of training: microphones give speech some 20 dB quieter than recordings have it. Features are those
        /// of samples 2 to this times as loud, at next to no cost: what a front end scales anyway it scales a little more. One that knows no loudness,
        /// as MFCC, is left as it is. 0 to 8; 0 unless set.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
        public int GainBits
        {
            get
            {
                return _gainBits;
            }

            set
            {
                if (value < 0 || value > MaximumGainBits) throw new ArgumentOutOfRangeException(nameof(value));
                _gainBits = value;
            }
        }

        /// <summary>Makes the front end of a model, with all the memory that it will need.</summary>
        /// <param name="model">A model that was converted with a front end.</param>
        /// <returns>The front end in its initial state.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
        /// <exception cref="BlobException">The model has no front end, one of an unknown kind, or one that cannot be run.</exception>
        public static FrontEnd Create(Model model)
        {
            if (model == null) throw new ArgumentNullException(nameof(model));

            byte[] chunk = model.ReadMetadata(Tag);
            if (chunk == null) throw new BlobException("the model has none; convert it again with the front end it was trained with", ChunkName, "kind", 0);

            return Create(chunk);
        }

        /// <summary>Makes a front end from the content of a metadata chunk.</summary>
        /// <param name="chunk">The content; see docs/blob-format.md. It is read once and not kept.</param>
        /// <returns>The front end in its initial state.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="chunk"/> is null.</exception>
        /// <exception cref="BlobException">The chunk is of an unknown kind, or describes a front end that cannot be run.</exception>
        public static FrontEnd Create(byte[] chunk)
        {
            ChunkReader reader = new ChunkReader(chunk, ChunkName);
            int kind = reader.Word("kind");
            switch (kind)
            {
                case MicroFrontEndFormat.Kind: return new MicroFrontEnd(reader);
                case BandFrontEndFormat.Kind: return new BandFrontEnd(reader);
                case MfccFormat.Kind: return new MfccFrontEnd(reader);
                default: throw reader.Error("kind " + kind.ToString() + " is not known to this version");
            }
        }

        /// <summary>Computes one frame. Frames are to be given in order: what a front end knows of the noise comes from those before.</summary>
        /// <param name="samples">Audio, 16 bits a sample.</param>
        /// <param name="offset">The first of the <see cref="WindowSamples"/> samples of the frame; <see cref="StepSamples"/> more at the next.</param>
        /// <param name="features">Receives the features as the model takes them.</param>
        /// <param name="featuresOffset">Where the <see cref="Features"/> values go.</param>
        /// <exception cref="ArgumentNullException">An array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The frame or its features do not fit into the arrays.</exception>
        public void Process(short[] samples, int offset, sbyte[] features, int featuresOffset)
        {
            if (samples == null) throw new ArgumentNullException(nameof(samples));
            if (features == null) throw new ArgumentNullException(nameof(features));
            if (offset < 0 || offset > samples.Length - WindowSamples) throw new ArgumentOutOfRangeException(nameof(offset));
            if (featuresOffset < 0 || featuresOffset > features.Length - Features) throw new ArgumentOutOfRangeException(nameof(featuresOffset));

            Compute(samples, offset, features, featuresOffset);
        }

        /// <summary>Forgets the audio heard so far.</summary>
        public abstract void Reset();

        /// <summary>Computes one frame; the arguments are checked.</summary>
        /// <param name="samples">As in <see cref="Process"/>.</param>
        /// <param name="offset">As in <see cref="Process"/>.</param>
        /// <param name="features">As in <see cref="Process"/>.</param>
        /// <param name="featuresOffset">As in <see cref="Process"/>.</param>
        protected abstract void Compute(short[] samples, int offset, sbyte[] features, int featuresOffset);
    }
}
