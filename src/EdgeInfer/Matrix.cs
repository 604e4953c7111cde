namespace EdgeInfer
{
    /// <summary>
    /// The constant matrix of a record, which fully connected and recurrent operators multiply with vectors: in the bytes section, and
    /// where the conversion was asked for it packed in the arena besides.
    /// </summary>
    internal static class Matrix
    {
        /// <summary>Demands the matrix.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="weights">Field of its first weight.</param>
        /// <param name="packed">Field of its tiles, or <see cref="Record.None"/> in it.</param>
        /// <param name="name">Its name for messages.</param>
        /// <param name="rows">Its rows.</param>
        /// <param name="depth">Weights of a row.</param>
        public static void Verify(Verifier verifier, int weights, int packed, string name, int rows, int depth)
        {
            verifier.Bytes(weights, name, verifier.Product(rows, depth));
            if (verifier.Word(packed) != Record.None) verifier.Read(packed, "packed " + name, TensorType.Tile, Kernels.PackWeights.TilesOf(rows, depth));
        }

        /// <summary>Sums that the products of some rows take: tiles make whole triples of them.</summary>
        /// <param name="packed">Value of the field of the tiles.</param>
        /// <param name="rows">Number of rows.</param>
        public static int Sums(int packed, int rows)
        {
            return packed == Record.None ? rows : Kernels.PackWeights.SumsOf(rows);
        }

        /// <summary>Adds the products of rows with a vector to their sums: sums[r] += sum over i of (weight[r, i] - zero point) * x[i].</summary>
        /// <param name="model">Holds the record.</param>
        /// <param name="arena">Holds vector, tiles and sums.</param>
        /// <param name="weights">Position of the field of the first weight.</param>
        /// <param name="packed">Position of the field of the tiles.</param>
        /// <param name="row">First row; of packed weights a multiple of three.</param>
        /// <param name="x">First element of the vector.</param>
        /// <param name="depth">Elements of the vector and of a row.</param>
        /// <param name="zeroPoint">Zero point of the weights.</param>
        /// <param name="sum">First of the sums.</param>
        /// <param name="rows">Number of rows.</param>
        public static void Multiply(Model model, Arena arena, int weights, int packed, int row, int x, int depth, int zeroPoint, int sum, int rows)
        {
            int[] words = model.Words;
            int tiles = words[packed];
            if (tiles == Record.None)
            {
                int first = model.BytesStart + words[weights] + (row * depth);
                MatrixVector.Multiply(model.Bytes, arena.Int8, x, first, depth, 128 + zeroPoint, arena.Int32, sum, rows);
            }
            else
            {
                int tile = words[tiles + BlobFormat.TensorOffset] + (row / PackedMatrixVector.Rows * PackedMatrixVector.TilesEach(depth));
                PackedMatrixVector.Multiply(arena.Tiles, arena.Int8, tile, x, depth, zeroPoint, arena.Int32, sum, rows);
            }
        }
    }
}
