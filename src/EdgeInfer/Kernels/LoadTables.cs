namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Reads tables, such as biases and scales, from the blob's source into the buffer behind the words section, for the
    /// operators that run next. Their records point there as they would point to a table of the blob.
    /// </summary>
    /// <remarks>
    /// It writes no tensor. A unit is <see cref="Chunk"/> words. The verifier reads them, too, where the record stands in the
    /// program, so that it proves what the operators behind it will find.
    /// </remarks>
    public sealed class LoadTables : Kernel
    {
        /// <summary>Field: first byte in the bytes section, where the words lie with their low byte first.</summary>
        public const int Source = Record.Fields;

        /// <summary>Field: where they go to, as a position in <see cref="Model.Words"/>.</summary>
        public const int Target = Record.Fields + 1;

        /// <summary>Field: words to read.</summary>
        public const int Count = Record.Fields + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 3;

        /// <summary>Words that are read at a time.</summary>
        public const int Chunk = 128;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "LoadTables"; }
        }

        /// <summary>Number of reads.</summary>
        /// <param name="count">Words to read.</param>
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
            verifier.LoadTables(Source, "source", Target, "target", count);
            verifier.Units(UnitsOf(count), count);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            int done = unit * Chunk;
            int count = words[record + Count] - done;
            model.ReadTables(words[record + Source] + (4 * done), words[record + Target] + done, count < Chunk ? count : Chunk);
        }
    }
}
