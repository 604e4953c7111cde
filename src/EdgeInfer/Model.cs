using System;

namespace EdgeInfer
{
    /// <summary>
    /// A verified model: its tables, its constants and what is known of its inputs and outputs.
    /// Immutable, so that several interpreters may share it.
    /// </summary>
    public sealed class Model
    {
        private const int ChunkBytes = 512;

        private readonly BlobSource _source;
        private int _bytesPosition;
        private byte[] _chunk;

        private Model(BlobSource source, CompiledLayer[] layers)
        {
            _source = source;
            Layers = layers;
        }

        /// <summary>The blob's header; positions in <see cref="BlobFormat"/>.</summary>
        public int[] Header { get; private set; }

        /// <summary>Tensor entries, ports, operator records and tables of 32-bit constants; behind them the buffer of tables that are read while the model runs.</summary>
        public int[] Words { get; private set; }

        /// <summary>16-bit constants.</summary>
        public short[] Halves { get; private set; }

        /// <summary>
        /// 8-bit constants, each kept as its value plus 128; used in place where the blob is an array. Where
        /// <see cref="StreamsWeights"/>, the buffer into which they are read while the model runs.
        /// </summary>
        public byte[] Bytes { get; private set; }

        /// <summary>Where the 8-bit constants begin in <see cref="Bytes"/>.</summary>
        public int BytesStart { get; private set; }

        /// <summary>Position of the first record of the main program in <see cref="Words"/>.</summary>
        public int MainProgram { get; private set; }

        /// <summary>Position of the first record of the reset program in <see cref="Words"/>.</summary>
        public int ResetProgram { get; private set; }

        /// <summary>Position of the first word after the records in <see cref="Words"/>.</summary>
        public int Tables { get; private set; }

        /// <summary>Number of operators that one inference runs.</summary>
        public int OperatorCount
        {
            get { return Header[BlobFormat.OperatorCountWord]; }
        }

        /// <summary>
        /// True where 8-bit constants are not loaded with the model but read from its source as they are needed. The source must
        /// stay open then, and interpreters that share the model should not take turns within an inference: each turn
        /// reads again what the other has overwritten.
        /// </summary>
        public bool StreamsWeights
        {
            get { return Header[BlobFormat.WeightBufferWord] > 0; }
        }

        /// <summary>Multiply-accumulates of one inference.</summary>
        public long Macs
        {
            get { return ((long)Header[BlobFormat.MacsHighWord] << 32) | (uint)Header[BlobFormat.MacsLowWord]; }
        }

        /// <summary>Work of one inference as a budget of <see cref="Interpreter.Step"/> counts it; proven, unlike <see cref="Macs"/>.</summary>
        public long Work { get; private set; }

        /// <summary>Bytes that an interpreter's arena takes.</summary>
        public int ArenaBytes
        {
            get
            {
                int bytes = 0;
                for (int type = 0; type <= (int)TensorType.Tile; type++)
                {
                    bytes += Header[BlobFormat.ArenaWord + type] * Arena.ElementBytes((TensorType)type);
                }

                return bytes;
            }
        }

        /// <summary>The compiled layers that the model was loaded with, by the slot that records name; null where there are none.</summary>
        public CompiledLayer[] Layers { get; private set; }

        internal Kernel[] Kernels { get; private set; }

        /// <summary>The interpreter whose weights are in the buffer.</summary>
        internal Interpreter WeightsOwner { get; set; }

        /// <summary>Reads 8-bit constants into the weight buffer.</summary>
        internal void ReadWeights(int source, int target, int count)
        {
            try
            {
                _source.Read(_bytesPosition + source, Bytes, target, count);
            }
            catch (Exception e)
            {
                throw new WeightReadException(_bytesPosition + source, count, e);
            }
        }

        /// <summary>Reads tables, no more than a chunk, into their buffer.</summary>
        internal void ReadTables(int source, int target, int count)
        {
            try
            {
                ReadWords(_bytesPosition + source, Words, target, count);
            }
            catch (Exception e)
            {
                throw new WeightReadException(_bytesPosition + source, 4 * count, e);
            }
        }

        /// <summary>Loads and verifies a blob that lies in an array; its weights are used in place.</summary>
        /// <param name="blob">The whole blob.</param>
        /// <returns>The model, ready for <see cref="Interpreter"/>.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="blob"/> is null.</exception>
        /// <exception cref="BlobException">The blob is damaged, of another version, or would not stay within its memory.</exception>
        public static Model Load(byte[] blob)
        {
            return Load(new ArrayBlobSource(blob));
        }

        /// <summary>Loads and verifies a blob.</summary>
        /// <param name="source">Where the blob is read from.</param>
        /// <returns>The model, ready for <see cref="Interpreter"/>.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
        /// <exception cref="BlobException">The blob is damaged, of another version, or would not stay within its memory.</exception>
        public static Model Load(BlobSource source)
        {
            return Create(source, null);
        }

        /// <summary>Loads and verifies a blob some of whose layers are compiled. The class that <c>edgeinfer compile</c> generates calls it.</summary>
        /// <param name="source">Where the blob is read from.</param>
        /// <param name="layers">The compiled layers in the order of their slots.</param>
        /// <returns>The model, ready for <see cref="Interpreter"/>.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="source"/>, <paramref name="layers"/> or a layer is null.</exception>
        /// <exception cref="BlobException">The blob is damaged, of another version, would not stay within its memory, or was made with other layers.</exception>
        public static Model Load(BlobSource source, CompiledLayer[] layers)
        {
            if (layers == null) throw new ArgumentNullException(nameof(layers));
            for (int i = 0; i < layers.Length; i++)
            {
                if (layers[i] == null) throw new ArgumentNullException(nameof(layers));
            }

            return Create(source, layers);
        }

        private static Model Create(BlobSource source, CompiledLayer[] layers)
        {
            if (source == null) throw new ArgumentNullException(nameof(source));

            Model model = new Model(source, layers);
            model.ReadHeader();
            model.ReadSections();
            BlobVerifier verifier = new BlobVerifier(model, null);
            model.ResetProgram = verifier.VerifyTensorsAndPorts();
            model.MainProgram = verifier.VerifyProgram(model.ResetProgram, BlobFormat.ResetCountWord, "reset operator");
            model.Tables = verifier.VerifyProgram(model.MainProgram, BlobFormat.OperatorCountWord, "operator");
            verifier.VerifyRecords();
            model.FindKernels();
            return model;
        }

        /// <summary>Lets an observer hear what every record uses, those of the reset program first.</summary>
        /// <param name="observer">Told of tensors and constants, in the order in which the records run.</param>
        public void Observe(RecordObserver observer)
        {
            // Proving a program reads its tables, so that none of an interpreter stay in the buffer.
            WeightsOwner = null;
            new BlobVerifier(this, observer).VerifyRecords();
        }

        /// <summary>Finds a chunk of the metadata.</summary>
        /// <param name="tag">Four characters, little endian; see docs/blob-format.md.</param>
        /// <returns>The chunk's content, in an array of its own, or null where the blob has none.</returns>
        public byte[] ReadMetadata(int tag)
        {
            int start = MetadataStart;
            int position = start;
            int end = start + Header[BlobFormat.MetadataCountWord];
            byte[] head = new byte[8];
            while (end - position >= 8)
            {
                _source.Read(position, head, 0, 8);
                int length = BitConverter.ToInt32(head, 4);
                position += 8;
                if (length < 0 || length > end - position) return null;

                if (BitConverter.ToInt32(head, 0) == tag)
                {
                    byte[] content = new byte[length];
                    _source.Read(position, content, 0, length);
                    return content;
                }

                position += (length + 3) & ~3;
            }

            return null;
        }

        private int MetadataStart
        {
            get { return _source.Length - Header[BlobFormat.MetadataCountWord]; }
        }

        private void FindKernels()
        {
            Kernels = new Kernel[KernelCatalog.Count];
            for (int record = ResetProgram; record < Tables; record += Words[record + Record.Length])
            {
                int code = Words[record + Record.Code];
                if (Kernels[code] == null) Kernels[code] = KernelCatalog.Find(code);
                Work += record < MainProgram ? 0 : (long)Words[record + Record.Units] * Words[record + Record.Work];
            }
        }

        private static BlobException HeaderError(string field, int word, string reason)
        {
            return new BlobException(reason, "header", field, word * 4);
        }

        private void ReadHeader()
        {
            int available = _source.Length;
            if (_source.Content != null && _source.Content.Length < available) throw new ArgumentException("The source's content is shorter than its length.");
            if (available < BlobFormat.HeaderBytes)
            {
                throw HeaderError("length", BlobFormat.LengthWord, "the blob has " + available.ToString() + " bytes, fewer than a header");
            }

            _chunk = new byte[ChunkBytes];
            int[] header = new int[BlobFormat.HeaderWords];
            ReadWords(0, header, 0, header.Length);
            Header = header;
            if (header[BlobFormat.MagicWord] != BlobFormat.Magic)
            {
                throw HeaderError("magic", BlobFormat.MagicWord, "this is not an EdgeInfer blob");
            }

            if (header[BlobFormat.VersionWord] != BlobFormat.Version)
            {
                throw HeaderError("version", BlobFormat.VersionWord, "version " + header[BlobFormat.VersionWord].ToString() + " is not supported, only " + BlobFormat.Version.ToString() + "; convert the model again");
            }

            if (header[BlobFormat.LengthWord] != available)
            {
                throw HeaderError("length", BlobFormat.LengthWord, "the blob says it has " + header[BlobFormat.LengthWord].ToString() + " bytes but " + available.ToString() + " are there");
            }

            for (int i = BlobFormat.WordCountWord; i < BlobFormat.MacsLowWord; i++)
            {
                if (header[i] < 0) throw HeaderError("counts", i, "a count is negative");
            }

            int buffer = header[BlobFormat.WeightBufferWord];
            if (buffer < 0 || buffer > header[BlobFormat.ByteCountWord]) throw HeaderError("weight buffer", BlobFormat.WeightBufferWord, buffer.ToString() + " bytes are more than there are weights");
            int tables = header[BlobFormat.TableBufferWord];
            if (tables < 0 || tables > header[BlobFormat.ByteCountWord] / 4) throw HeaderError("table buffer", BlobFormat.TableBufferWord, tables.ToString() + " words are more than there are tables");
            if (tables > 0 && buffer == 0) throw HeaderError("table buffer", BlobFormat.TableBufferWord, "tables are read while the model runs only where weights are");
            if (header[BlobFormat.MacsHighWord] < 0) throw HeaderError("macs", BlobFormat.MacsHighWord, "the count is negative");
            if ((header[BlobFormat.HalfCountWord] & 1) != 0) throw HeaderError("halves", BlobFormat.HalfCountWord, "the count is odd");
            if ((header[BlobFormat.ByteCountWord] & 3) != 0) throw HeaderError("bytes", BlobFormat.ByteCountWord, "the count is not a multiple of four");
            if ((header[BlobFormat.MetadataCountWord] & 3) != 0) throw HeaderError("metadata", BlobFormat.MetadataCountWord, "the count is not a multiple of four");

            long total = BlobFormat.HeaderBytes + (4L * header[BlobFormat.WordCountWord]) + (2L * header[BlobFormat.HalfCountWord])
                + header[BlobFormat.ByteCountWord] + header[BlobFormat.MetadataCountWord];
            if (total != available)
            {
                throw HeaderError("sections", BlobFormat.WordCountWord, "the sections take " + total.ToString() + " bytes, the blob has " + available.ToString());
            }

            long arena = 0;
            for (int type = 0; type <= (int)TensorType.Tile; type++)
            {
                arena += (long)header[BlobFormat.ArenaWord + type] * Arena.ElementBytes((TensorType)type);
            }

            if (arena > BlobFormat.MaximumArenaBytes) throw HeaderError("arena", BlobFormat.ArenaWord, "the arena of " + arena.ToString() + " bytes is larger than the format allows");
            if (header[BlobFormat.ArenaWord + (int)TensorType.UInt8] != 0) throw HeaderError("arena", BlobFormat.ArenaWord + (int)TensorType.UInt8, "unsigned bytes have no array of their own");
        }

        private void ReadSections()
        {
            VerifyChecksum();

            int position = BlobFormat.HeaderBytes;
            int words = Header[BlobFormat.WordCountWord];
            Words = new int[words + Header[BlobFormat.TableBufferWord]];
            for (int filled = 0; filled < words; filled += ChunkBytes / 4)
            {
                int rest = words - filled;
                ReadWords(position + (filled * 4), Words, filled, rest < ChunkBytes / 4 ? rest : ChunkBytes / 4);
            }

            position += words * 4;

            Halves = new short[Header[BlobFormat.HalfCountWord]];
            ReadHalves(position, Halves);
            position += Halves.Length * 2;

            byte[] whole = _source.Content;
            _bytesPosition = position;
            if (StreamsWeights)
            {
                Bytes = new byte[Header[BlobFormat.WeightBufferWord]];
            }
            else if (whole != null)
            {
                Bytes = whole;
                BytesStart = position;
            }
            else
            {
                Bytes = new byte[Header[BlobFormat.ByteCountWord]];
                _source.Read(position, Bytes, 0, Bytes.Length);
            }
        }

        private void VerifyChecksum()
        {
            Crc32 crc = new Crc32();
            byte[] whole = _source.Content;
            if (whole != null)
            {
                crc.Append(whole, BlobFormat.ChecksumStart, _source.Length - BlobFormat.ChecksumStart);
            }
            else
            {
                byte[] chunk = _chunk;
                for (int position = BlobFormat.ChecksumStart; position < _source.Length; position += ChunkBytes)
                {
                    int count = _source.Length - position;
                    if (count > ChunkBytes) count = ChunkBytes;
                    _source.Read(position, chunk, 0, count);
                    crc.Append(chunk, 0, count);
                }
            }

            if (crc.Value != Header[BlobFormat.ChecksumWord])
            {
                throw HeaderError("checksum", BlobFormat.ChecksumWord, "the content does not match the checksum; transfer the blob again");
            }
        }

        /// <summary>Reads words, no more than a chunk.</summary>
        private void ReadWords(int position, int[] words, int target, int count)
        {
            byte[] chunk = _chunk;
            _source.Read(position, chunk, 0, count * 4);
            for (int i = 0; i < count; i++) words[target + i] = BitConverter.ToInt32(chunk, i * 4);
        }

        private void ReadHalves(int position, short[] halves)
        {
            byte[] chunk = _chunk;
            int filled = 0;
            while (filled < halves.Length)
            {
                int count = halves.Length - filled;
                if (count > ChunkBytes / 2) count = ChunkBytes / 2;
                _source.Read(position + (filled * 2), chunk, 0, count * 2);
                for (int i = 0; i < count; i++) halves[filled + i] = BitConverter.ToInt16(chunk, i * 2);
                filled += count;
            }
        }
    }
}
