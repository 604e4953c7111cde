namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Reads 8-bit constants from the blob's source into the weight buffer, for the operators that run next. Models that are
    /// larger than the heap run so: only a few layers' weights are in memory at a time.
    /// </summary>
    /// <remarks>
    /// It writes no tensor. A unit is <see cref="Chunk"/> bytes, so that reading can be interrupted. Where bytes lie in the
    /// buffer was planned by the host; the verifier proves that every operator finds its constants there.
    /// </remarks>
    public sealed class LoadWeights : Kernel
    {
        /// <summary>Field: first constant in the bytes section.</summary>
        public const int Source = Record.Fields;

        /// <summary>Field: where it goes to in the weight buffer.</summary>
        public const int Target = Record.Fields + 1;

        /// <summary>Field: constants to read.</summary>
        public const int Count = Record.Fields + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 3;

        /// <summary>Bytes that are read at a time.</summary>
        public const int Chunk = 4096;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "LoadWeights"; }
        }

        /// <summary>Number of reads.</summary>
        /// <param name="count">Constants to read.</param>
        /// <returns>Units of the record.</returns>
        public static int UnitsOf(int count)
        {
            return (count + Chunk - 1) / Chunk;
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            verifier.Range(Record.Output, "output", Record.None, Record.None);
            int count = verifier.Range(Count, "count", 1, BlobFormat.MaximumArenaBytes);
            verifier.Load(Source, "source", Target, "target", count);
            verifier.Units(UnitsOf(count), count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int done = unit * Chunk;
            int count = words[record + Count] - done;
            model.ReadWeights(words[record + Source] + done, words[record + Target] + done, count < Chunk ? count : Chunk);
        }
    }
}
