namespace EdgeInfer.Audio
{
    /// <summary>The metadata chunk of the band front end: what reader and writer have to agree on. docs/blob-format.md lists the fields in their order.</summary>
    public static class BandFrontEndFormat
    {
        /// <summary>The first word of the chunk.</summary>
        public const int Kind = 3;

        /// <summary>Points of each transform; one point is the sum of two samples.</summary>
        public const int Points = 64;

        /// <summary>Samples that one transform looks at.</summary>
        public const int TransformSamples = 2 * Points;

        /// <summary>Transforms of one frame, one in each lane of a 64-bit number.</summary>
        public const int Transforms = 3;

        /// <summary>Bins of a transform that may be used: 1 to 31.</summary>
        public const int EndBin = Points / 2;

        /// <summary>Most samples from one transform to the next.</summary>
        public const int MaximumSpacing = 1024;

        /// <summary>1.0 in the window: the largest coefficient with which the sum of two samples stays within a lane.</summary>
        public const int WindowOne = 15;

        /// <summary>Stored coefficients of the window: its first half, which the second mirrors.</summary>
        public const int WindowNumbers = Points / 2;

        /// <summary>1.0 in the sine table.</summary>
        public const int SineOne = 64;

        /// <summary>Numbers of the sine table: a quarter of a turn.</summary>
        public const int SineNumbers = (Points / 4) + 1;

        /// <summary>Numbers of the table of logarithms.</summary>
        public const int LogNumbers = 256;

        /// <summary>Steps of a feature to an octave of energy.</summary>
        public const int StepsPerOctave = 8;

        /// <summary>The largest number of the table of logarithms: log2(511), in steps.</summary>
        public const int LogMaximum = 9 * StepsPerOctave;

        /// <summary>The largest logarithm that may become the lowest feature.</summary>
        public const int MaximumFloor = 1024;
    }
}
