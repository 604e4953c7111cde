using System;

namespace EdgeInfer
{
    /// <summary>
    /// The memory of one interpreter: activations, states and scratch, allocated once and laid out by the host.
    /// One array an element width, since an array of one width cannot be read as another.
    /// </summary>
    public sealed class Arena
    {
        /// <summary>Lanes in a tile. Constant indexes into a small array of its own are what the interpreter reads fastest.</summary>
        public const int TileLength = 16;

        /// <summary>8-bit tensors.</summary>
        public readonly sbyte[] Int8;

        /// <summary>16-bit tensors.</summary>
        public readonly short[] Int16;

        /// <summary>32-bit tensors and scratch.</summary>
        public readonly int[] Int32;

        /// <summary>64-bit scratch.</summary>
        public readonly long[] Int64;

        /// <summary>Float tensors at the edges of a graph.</summary>
        public readonly float[] Float32;

        /// <summary>Scratch of packed activations, <see cref="TileLength"/> numbers each.</summary>
        public readonly long[][] Tiles;

        internal Arena(int[] sizes)
        {
            Int8 = new sbyte[sizes[(int)TensorType.Int8]];
            Int16 = new short[sizes[(int)TensorType.Int16]];
            Int32 = new int[sizes[(int)TensorType.Int32]];
            Int64 = new long[sizes[(int)TensorType.Int64]];
            Float32 = new float[sizes[(int)TensorType.Float32]];
            Tiles = new long[sizes[(int)TensorType.Tile]][];
            for (int i = 0; i < Tiles.Length; i++) Tiles[i] = new long[TileLength];
        }

        /// <summary>Sets all tensors to zero, as a new arena has them. Scratch keeps what it holds: no kernel reads of it what it has not written.</summary>
        internal void Clear()
        {
            Array.Clear(Int8, 0, Int8.Length);
            Array.Clear(Int16, 0, Int16.Length);
            Array.Clear(Int32, 0, Int32.Length);
            Array.Clear(Float32, 0, Float32.Length);
        }

        /// <summary>Bytes that one element takes in the arena.</summary>
        /// <param name="type">The element's type.</param>
        public static int ElementBytes(TensorType type)
        {
            switch (type)
            {
                case TensorType.Int8:
                case TensorType.UInt8:
                    return 1;
                case TensorType.Int16:
                    return 2;
                case TensorType.Int32:
                case TensorType.Float32:
                    return 4;
                case TensorType.Int64:
                    return 8;
                default:
                    return 8 * TileLength;
            }
        }
    }
}
