namespace EdgeInfer.Converter.Boards;

/// <summary>What a model takes of a device's memory. Everything is in bytes.</summary>
/// <param name="Blob">The blob as a file or resource.</param>
/// <param name="Tables">Tables that loading takes out of the blob: header, words and halves as typed arrays.</param>
/// <param name="Weights">8-bit constants, held in an array of their own where the blob is read from a file; the buffer where they are streamed.</param>
/// <param name="Arena">The arena, with what the heap adds to its tiles.</param>
/// <param name="LargestTable">Largest single array among tables and arena.</param>
public sealed record ModelFootprint(int Blob, int Tables, int Weights, int Arena, int LargestTable)
{
    /// <summary>
    /// What the heap adds to a tile, which is an array of its own: 20 bytes of header, rounded up with its 128 bytes of
    /// content to whole blocks of 12, and one such block for the reference to it.
    /// </summary>
    private const int TileOverhead = 40;

    /// <summary>The most 8-bit constants that one operator uses; 0 where they are streamed already.</summary>
    public int LargestLayer { get; init; }

    /// <summary>Bytes of tables that need not be in memory if they are read while the model runs as weights are; 0 where they are.</summary>
    public int StreamedTables { get; init; }

    /// <summary>True where weights are read while the model runs.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Memory that is needed where the whole blob is one array, as a resource arrives; its weights are used in place, unless they are streamed.</summary>
    public long AsResource => (long)Blob + Tables + Arena + (IsStreamed ? Weights : 0);

    /// <summary>Memory that is needed where the blob is read from a file: only weights, tables and arena stay.</summary>
    public long AsFile => (long)Weights + Tables + Arena;

    /// <summary>Works out what a model takes.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Its footprint.</returns>
    public static ModelFootprint Of(Model model)
    {
        int[] header = model.Header;
        int tiles = header[BlobFormat.ArenaWord + (int)TensorType.Tile];
        int words = 4 * model.Words.Length, halves = 2 * model.Halves.Length;
        int largest = Math.Max(words, halves);
        for (TensorType type = TensorType.Int8; type <= TensorType.Float32; type++)
        {
            largest = Math.Max(largest, header[BlobFormat.ArenaWord + (int)type] * EdgeInfer.Arena.ElementBytes(type));
        }

        LayerConstants? layers = model.StreamsWeights ? null : new LayerConstants(model);
        return new ModelFootprint(
            header[BlobFormat.LengthWord],
            BlobFormat.HeaderBytes + words + halves,
            model.StreamsWeights ? header[BlobFormat.WeightBufferWord] : header[BlobFormat.ByteCountWord],
            model.ArenaBytes + (tiles * TileOverhead),
            largest)
        {
            IsStreamed = model.StreamsWeights,
            LargestLayer = layers?.MostBytes ?? 0,
            StreamedTables = layers is null ? 0 : 4 * (header[BlobFormat.WordCountWord] - model.Tables - layers.MostWords),
        };
    }

    /// <summary>Adds up the constants of every record.</summary>
    private sealed class LayerConstants : RecordObserver
    {
        private readonly Dictionary<(int Record, int Width), int> _counts = [];

        public LayerConstants(Model model)
        {
            model.Observe(this);
        }

        public int MostBytes => Most(sizeof(byte));

        public int MostWords => Most(sizeof(int));

        public override void OnTensor(int record, int entry)
        {
        }

        public override void OnConstants(int record, int width, int start, int count)
        {
            _counts[(record, width)] = _counts.GetValueOrDefault((record, width)) + count;
        }

        private int Most(int width) => _counts.Where(c => c.Key.Width == width).Select(c => c.Value).DefaultIfEmpty().Max();
    }
}
