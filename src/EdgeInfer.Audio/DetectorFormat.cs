namespace EdgeInfer.Audio
{
    /// <summary>
    /// The metadata chunk that says when a model is run and when what it says is a detection. docs/blob-format.md lists the fields in their order.
    /// </summary>
    public static class DetectorFormat
    {
        /// <summary>Tag of the chunk, "DTCT".</summary>
        public const int Tag = 0x54435444;

        /// <summary>The first word of the chunk.</summary>
        public const int Kind = 1;

        /// <summary>Most frames from one inference to the next.</summary>
        public const int MaximumHop = 1000;

        /// <summary>Most inferences over which posteriors are averaged.</summary>
        public const int MaximumSmoothing = 64;

        /// <summary>1.0 of a posterior and of a threshold.</summary>
        public const int One = 256;

        /// <summary>Most inferences between two detections, and most that are left out at the start.</summary>
        public const int MaximumWait = 10000;

        /// <summary>Most classes.</summary>
        public const int MaximumClasses = 256;
    }
}
