using System;

namespace EdgeInfer.Kernels
{
    /// <summary>
    /// Packs a matrix of weights at reset: tile [r, t] holds columns 16 * t to 16 * t + 15 of rows 3 * r to 3 * r + 2, one row a lane
    /// of <see cref="Lanes"/>. What lies outside the matrix is zero.
    /// </summary>
    /// <remarks>Eight bytes for three weights: it buys speed with memory, for boards that have it.</remarks>
    public sealed class PackWeights : Kernel
    {
        /// <summary>Field: first weight in the bytes section, the rows one after the other.</summary>
        public const int Weights = Record.Fields;

        /// <summary>Field: rows of the matrix.</summary>
        public const int Rows = Record.Fields + 1;

        /// <summary>Field: weights of a row.</summary>
        public const int Depth = Record.Fields + 2;

        /// <summary>Length of the record.</summary>
        public const int Words = Record.Fields + 3;

        private const int Limit = 1 << 20;

        /// <inheritdoc/>
        public override string Name
        {
            get { return "PackWeights"; }
        }

        /// <summary>Tiles that a matrix takes.</summary>
        /// <param name="rows">Its rows.</param>
        /// <param name="depth">Weights of a row.</param>
        public static int TilesOf(int rows, int depth)
        {
            return (rows + PackedMatrixVector.Rows - 1) / PackedMatrixVector.Rows * PackedMatrixVector.TilesEach(depth);
        }

        /// <summary>Sums that a kernel needs for rows of packed weights: whole lanes.</summary>
        /// <param name="rows">Number of rows.</param>
        public static int SumsOf(int rows)
        {
            return (rows + PackedMatrixVector.Rows - 1) / PackedMatrixVector.Rows * PackedMatrixVector.Rows;
        }

        /// <inheritdoc/>
        public override void Verify(Verifier verifier)
        {
            verifier.Length(Words);
            int rows = verifier.Range(Rows, "rows", 1, Limit);
            int depth = verifier.Range(Depth, "depth", 1, Limit);
            int weights = verifier.Product(rows, depth);
            verifier.Bytes(Weights, "weights", weights);
            verifier.Write(TensorType.Tile, TilesOf(rows, depth));
            verifier.Units(1, weights);
        }

        /// <inheritdoc/>
        public override void Invoke(Model model, Arena arena, int record, int unit)
        {
            int[] words = model.Words;
            byte[] w = model.Bytes;
            int first = model.BytesStart + words[record + Weights];
            int rows = words[record + Rows];
            int depth = words[record + Depth];
            int tilesEach = PackedMatrixVector.TilesEach(depth);
            int tile = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            for (int row = 0; row < rows; row++)
            {
                int lane = row % PackedMatrixVector.Rows;
                if (row > 0 && lane == 0) tile += tilesEach;
                long factor = 1L << (Lanes.Width * lane);
                int j = first + (row * depth);
                for (int t = 0, left = depth; t < tilesEach; t++, left -= Arena.TileLength, j += Arena.TileLength)
                {
                    long[] target = arena.Tiles[tile + t];
                    if (lane == 0) Array.Clear(target, 0, Arena.TileLength);
                    int count = left < Arena.TileLength ? left : Arena.TileLength;
                    for (int k = 0; k < count; k++) target[k] += (w[j + k] - 128) * factor;
                }
            }
        }
    }
}
