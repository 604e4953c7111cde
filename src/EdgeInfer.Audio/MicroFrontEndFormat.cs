namespace EdgeInfer.Audio
{
    /// <summary>
    /// The metadata chunk of the micro front end: what reader and writer have to agree on. docs/blob-format.md lists the fields
    /// in their order.
    /// </summary>
    public static class MicroFrontEndFormat
    {
        /// <summary>The first word of the chunk.</summary>
        public const int Kind = 1;

        /// <summary>Points of the transform. Window, step and bins follow from the configuration, the transform does not.</summary>
        public const int TransformPoints = 512;

        /// <summary>A window has more samples than half a transform, or a shorter transform would do.</summary>
        public const int MinimumWindow = (TransformPoints / 2) + 1;

        /// <summary>Most channels of the filter bank.</summary>
        public const int MaximumChannels = 80;

        /// <summary>1.0 in the window and in the filter bank.</summary>
        public const int One = 1 << 12;

        /// <summary>1.0 in the coefficients of the noise reduction.</summary>
        public const int NoiseOne = 1 << 14;

        /// <summary>The noise estimate carries at most this many bits behind the point, as its update is computed in 64 bits.</summary>
        public const int MaximumSmoothingBits = 16;

        /// <summary>The largest shift of the gain, and of the logarithm's scale.</summary>
        public const int MaximumShift = 31;

        /// <summary>Numbers of the gain table: those of 0 and 1, then three an octave for 2 to 2^32.</summary>
        public const int GainNumbers = 2 + (3 * 31);

        /// <summary>Numbers of the logarithm's table: 128 segments and the end of the last.</summary>
        public const int LogNumbers = 129;

        /// <summary>Numbers of the sine table: a quarter of a turn.</summary>
        public const int SineNumbers = (TransformPoints / 4) + 1;

        /// <summary>Filter bank entry of a bin: weight times 4, plus 1 more than what weight and unweight together have over <see cref="One"/>.</summary>
        public const int WeightStep = 4;
    }
}
