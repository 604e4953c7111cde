namespace EdgeInfer.Audio
{
    /// <summary>The metadata chunk of the MFCC front end: what reader and writer have to agree on. docs/blob-format.md lists the fields in their order.</summary>
    public static class MfccFormat
    {
        /// <summary>The first word of the chunk.</summary>
        public const int Kind = 2;

        /// <summary>Points of the transform.</summary>
        public const int TransformPoints = 512;

        /// <summary>A window has more samples than half a transform, or a shorter transform would do.</summary>
        public const int MinimumWindow = (TransformPoints / 2) + 1;

        /// <summary>Most bands.</summary>
        public const int MaximumBands = 80;

        /// <summary>Most frames over which the loudest sample is looked for.</summary>
        public const int MaximumHistory = 1000;

        /// <summary>Bits of window and filter bank: 32768 stands for 1.0, and 32767 for what is nearest to it.</summary>
        public const int WeightBits = 15;

        /// <summary>Bits of a logarithm, and of a coefficient of the cosine transform, behind the point.</summary>
        public const int FractionBits = 16;

        /// <summary>1e-6 in 2^-40: what is added to a band, the loudest sample being 1, before its logarithm is taken.</summary>
        public const int Epsilon = 1099512;

        /// <summary>Numbers of the sine table: a quarter of a turn.</summary>
        public const int SineNumbers = (TransformPoints / 4) + 1;

        /// <summary>Numbers of the logarithm's table: 128 segments and the end of the last.</summary>
        public const int LogNumbers = 129;
    }
}
