namespace EdgeInfer
{
    /// <summary>
    /// Positions and constants of the blob format; docs/blob-format.md is the specification.
    /// A position in the header is counted in 32-bit words from the start of the blob,
    /// a position in a record or a tensor entry from its own start.
    /// </summary>
    public static class BlobFormat
    {
        /// <summary>"EIB1", little endian.</summary>
        public const int Magic = 0x31424945;

        /// <summary>Version of the format that this runtime reads.</summary>
        public const int Version = 1;

        /// <summary>Length of the header in words.</summary>
        public const int HeaderWords = 24;

        /// <summary>Length of the header in bytes.</summary>
        public const int HeaderBytes = HeaderWords * 4;

        /// <summary>The checksum covers every byte from here to the end.</summary>
        public const int ChecksumStart = 16;

        /// <summary>No blob may ask for a larger arena (bytes); the largest memory of any supported board.</summary>
        public const int MaximumArenaBytes = 16 * 1024 * 1024;

        /// <summary>No blob has more tensors.</summary>
        public const int MaximumTensors = 4096;

        /// <summary>No program of a blob has more records.</summary>
        public const int MaximumRecords = 4096;

        /// <summary>Bytes after the last weight, so that a kernel may read a whole group of weights at a row's end.</summary>
        public const int BytesTail = 16;

        // Header.

        /// <summary>Header word: <see cref="Magic"/>.</summary>
        public const int MagicWord = 0;

        /// <summary>Header word: <see cref="Version"/>.</summary>
        public const int VersionWord = 1;

        /// <summary>Header word: length of the whole blob in bytes.</summary>
        public const int LengthWord = 2;

        /// <summary>Header word: CRC-32 of everything from <see cref="ChecksumStart"/> on.</summary>
        public const int ChecksumWord = 3;

        /// <summary>Header word: number of 32-bit words in the words section.</summary>
        public const int WordCountWord = 4;

        /// <summary>Header word: number of 16-bit constants in the halves section; even.</summary>
        public const int HalfCountWord = 5;

        /// <summary>Header word: number of bytes in the bytes section; a multiple of four.</summary>
        public const int ByteCountWord = 6;

        /// <summary>Header word: number of bytes in the metadata section; a multiple of four.</summary>
        public const int MetadataCountWord = 7;

        /// <summary>Header word: number of tensor entries, which open the words section.</summary>
        public const int TensorCountWord = 8;

        /// <summary>Header word: number of graph inputs.</summary>
        public const int InputCountWord = 9;

        /// <summary>Header word: number of graph outputs.</summary>
        public const int OutputCountWord = 10;

        /// <summary>Header word: number of records in the reset program.</summary>
        public const int ResetCountWord = 11;

        /// <summary>Header word: number of records in the main program.</summary>
        public const int OperatorCountWord = 12;

        /// <summary>Header word: first of the arena's sizes in elements, one a <see cref="TensorType"/> (UInt8: zero).</summary>
        public const int ArenaWord = 13;

        /// <summary>Header word: low half of the multiply-accumulates of one inference.</summary>
        public const int MacsLowWord = 20;

        /// <summary>Header word: high half of the multiply-accumulates of one inference.</summary>
        public const int MacsHighWord = 21;

        /// <summary>
        /// Header word: bytes of the buffer into which <see cref="OperatorCode.LoadWeights"/> reads 8-bit constants while the model
        /// runs; 0 where the whole bytes section is loaded with the model.
        /// </summary>
        public const int WeightBufferWord = 22;

        /// <summary>
        /// Header word: words of the buffer into which <see cref="OperatorCode.LoadTables"/> reads tables while the model runs; it
        /// follows the words section in memory. 0 where all tables are loaded with the model.
        /// </summary>
        public const int TableBufferWord = 23;

        // Tensor entry.

        /// <summary>Length of a tensor entry in words.</summary>
        public const int TensorWords = 3;

        /// <summary>
        /// Tensor entry: a <see cref="TensorType"/>, plus <see cref="PersistentFlag"/>; for a part of another tensor also the
        /// index of that tensor plus one, times 2^<see cref="WholeShift"/>.
        /// </summary>
        public const int TensorKind = 0;

        /// <summary>Tensor entry: first element in the typed array of the arena.</summary>
        public const int TensorOffset = 1;

        /// <summary>Tensor entry: number of elements.</summary>
        public const int TensorCount = 2;

        /// <summary>The tensor keeps its value from one inference to the next; the reset program sets it.</summary>
        public const int PersistentFlag = 0x100;

        /// <summary>Position of the lowest bit of the number that names the tensor in which a part lies.</summary>
        public const int WholeShift = 16;

        /// <summary>The bits of a tensor's kind that name its element type.</summary>
        public const int TypeMask = 0xFF;

        // Graph input or output: its tensor, quantization and shape.

        /// <summary>Port: position of the tensor entry in the words section.</summary>
        public const int PortTensor = 0;

        /// <summary>Port: bits of the scale as IEEE single precision.</summary>
        public const int PortScale = 1;

        /// <summary>Port: zero point.</summary>
        public const int PortZeroPoint = 2;

        /// <summary>Port: number of dimensions, 0 to 6; the dimensions follow.</summary>
        public const int PortRank = 3;

        /// <summary>Port: first dimension.</summary>
        public const int PortShape = 4;

        /// <summary>Largest number of dimensions of a graph input or output.</summary>
        public const int MaximumRank = 6;

        /// <summary>Element type of a tensor.</summary>
        /// <param name="words">The words section.</param>
        /// <param name="entry">Position of the tensor's entry.</param>
        /// <returns>Its type.</returns>
        public static TensorType TypeOf(int[] words, int entry)
        {
            return (TensorType)(words[entry + TensorKind] & TypeMask);
        }

        /// <summary>The tensor in whose memory a part lies.</summary>
        /// <param name="words">The words section.</param>
        /// <param name="entry">Position of the tensor's entry.</param>
        /// <returns>Position of the other tensor's entry; the entry itself where it is no part.</returns>
        public static int WholeOf(int[] words, int entry)
        {
            int whole = words[entry + TensorKind] >> WholeShift;
            return whole == 0 ? entry : (whole - 1) * TensorWords;
        }

        /// <summary>Puts the kind of a tensor entry together.</summary>
        /// <param name="type">Element type.</param>
        /// <param name="persistent">Whether it keeps its value from one inference to the next.</param>
        /// <param name="whole">Index of the tensor in which it lies, or <see cref="Record.None"/>.</param>
        /// <returns>The word <see cref="TensorKind"/>.</returns>
        public static int KindOf(TensorType type, bool persistent, int whole)
        {
            return (int)type | (persistent ? PersistentFlag : 0) | ((whole + 1) << WholeShift);
        }

        /// <summary>Which array of the arena holds a tensor: its type, or Int8 for unsigned bytes.</summary>
        /// <param name="words">The words section.</param>
        /// <param name="entry">Position of the tensor's entry.</param>
        /// <returns>The number of the element type after which the array is named.</returns>
        public static int SegmentOf(int[] words, int entry)
        {
            TensorType type = TypeOf(words, entry);
            return (int)(type == TensorType.UInt8 ? TensorType.Int8 : type);
        }
    }
}
