namespace EdgeInfer.Kernels
{
    /// <summary>
    /// What products of two computed matrices share, whatever the width of their elements: where these lie. The output is
    /// dense, [batches, rows, columns]; an operand has a stride a dimension, so that it may be transposed, and zero along batches that share it.
    /// </summary>
    public abstract class MatrixProduct : Kernel
    {
        /// <summary>Dimensions of batches.</summary>
        public const int BatchDimensions = 3;

        /// <summary>Field: the first operand.</summary>
        public const int Input1 = Record.Fields;

        /// <summary>Field: the second operand.</summary>
        public const int Input2 = Record.Fields + 1;

        /// <summary>Field: lengths of the dimensions of batches, the slowest first.</summary>
        public const int BatchLengths = Record.Fields + 2;

        /// <summary>Field: strides of the first operand along them, zero or more.</summary>
        public const int BatchStrides1 = BatchLengths + BatchDimensions;

        /// <summary>Field: strides of the second operand along them, zero or more.</summary>
        public const int BatchStrides2 = BatchStrides1 + BatchDimensions;

        /// <summary>Field: rows of a product.</summary>
        public const int Rows = BatchStrides2 + BatchDimensions;

        /// <summary>Field: columns of a product.</summary>
        public const int Columns = Rows + 1;

        /// <summary>Field: products of a sum.</summary>
        public const int Depth = Rows + 2;

        /// <summary>Field: stride of the first operand along the rows.</summary>
        public const int RowStride = Rows + 3;

        /// <summary>Field: stride of the first operand along a sum.</summary>
        public const int DepthStride1 = Rows + 4;

        /// <summary>Field: stride of the second operand along the columns.</summary>
        public const int ColumnStride = Rows + 5;

        /// <summary>Field: stride of the second operand along a sum.</summary>
        public const int DepthStride2 = Rows + 6;

        /// <summary>First field of a kernel's own.</summary>
        protected const int OwnFields = Rows + 7;

        private const int Limit = 1 << 24;

        /// <summary>Demands that the walk stays inside the operands and declares them.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="type">Element type of the operands.</param>
        /// <param name="maximumDepth">Most products of a sum.</param>
        /// <param name="columnsOfUnit">Columns of one product that a unit computes, the last one fewer.</param>
        /// <returns>Elements of the output.</returns>
        /// <exception cref="BlobException">A field is wrong.</exception>
        protected static int VerifyOperands(Verifier verifier, TensorType type, int maximumDepth, int columnsOfUnit)
        {
            int batches = 1;
            long last1 = 0;
            long last2 = 0;
            for (int d = 0; d < BatchDimensions; d++)
            {
                int length = verifier.Range(BatchLengths + d, "length", 1, Limit);
                batches = verifier.Product(batches, length);
                last1 += (long)(length - 1) * verifier.Range(BatchStrides1 + d, "stride", 0, Limit);
                last2 += (long)(length - 1) * verifier.Range(BatchStrides2 + d, "stride", 0, Limit);
            }

            int rows = verifier.Range(Rows, "rows", 1, Limit);
            int columns = verifier.Range(Columns, "columns", 1, Limit);
            int depth = verifier.Range(Depth, "depth", 1, maximumDepth);
            last1 += (long)(rows - 1) * verifier.Range(RowStride, "stride", 0, Limit);
            last1 += (long)(depth - 1) * verifier.Range(DepthStride1, "stride", 0, Limit);
            last2 += (long)(columns - 1) * verifier.Range(ColumnStride, "stride", 0, Limit);
            last2 += (long)(depth - 1) * verifier.Range(DepthStride2, "stride", 0, Limit);
            if (last1 >= 1 << 30 || last2 >= 1 << 30) verifier.Fail("stride", BatchStrides1, "an operand ends behind every possible tensor");
            int outputs = verifier.Product(batches, verifier.Product(rows, columns));
            verifier.Units(verifier.Product(batches, (columns + columnsOfUnit - 1) / columnsOfUnit), (long)outputs * depth);
            verifier.Read(Input1, "first input", type, (int)last1 + 1);
            verifier.Read(Input2, "second input", type, (int)last2 + 1);
            return outputs;
        }

        /// <summary>Where a batch begins in an operand.</summary>
        /// <param name="words">The model's words.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="strides"><see cref="BatchStrides1"/> or <see cref="BatchStrides2"/>.</param>
        /// <param name="batch">Index of the batch.</param>
        /// <returns>Its distance from the operand's first element.</returns>
        protected static int Start(int[] words, int record, int strides, int batch)
        {
            int length1 = words[record + BatchLengths + 1];
            int length2 = words[record + BatchLengths + 2];
            int outer = batch / length2;
            return (outer / length1 * words[record + strides])
                + (outer % length1 * words[record + strides + 1])
                + (batch % length2 * words[record + strides + 2]);
        }
    }
}
