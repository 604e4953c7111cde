namespace EdgeInfer
{
    /// <summary>
    /// Element type of a tensor, and with it the typed array of the <see cref="Arena"/> that holds it.
    /// nanoFramework arrays cannot be reinterpreted, so every element width has an array of its own.
    /// </summary>
    public enum TensorType
    {
        /// <summary>Signed 8-bit integers, in <see cref="Arena.Int8"/>.</summary>
        Int8 = 0,

        /// <summary>Unsigned 8-bit integers; the bits are kept in <see cref="Arena.Int8"/>.</summary>
        UInt8 = 1,

        /// <summary>Signed 16-bit integers, in <see cref="Arena.Int16"/>.</summary>
        Int16 = 2,

        /// <summary>Signed 32-bit integers, in <see cref="Arena.Int32"/>.</summary>
        Int32 = 3,

        /// <summary>Signed 64-bit integers, in <see cref="Arena.Int64"/>; used as scratch.</summary>
        Int64 = 4,

        /// <summary>IEEE single precision, in <see cref="Arena.Float32"/>; only at the edges of a graph.</summary>
        Float32 = 5,

        /// <summary>Tiles of <see cref="Arena.TileLength"/> 64-bit lanes, in <see cref="Arena.Tiles"/>; used as scratch.</summary>
        Tile = 6,
    }
}
