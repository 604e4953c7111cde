namespace EdgeInfer
{
    /// <summary>
    /// Where the elements of an operator with two operands lie, in fields that its kernel shares with others of the kind.
    /// The output is dense; an operand has a stride a dimension, zero along those it is broadcast over.
    /// A unit is the last two of the five dimensions.
    /// </summary>
    public static class Broadcast
    {
        /// <summary>Number of dimensions.</summary>
        public const int Dimensions = 5;

        /// <summary>Field: the first operand.</summary>
        public const int Input1 = Record.Fields;

        /// <summary>Field: the second operand.</summary>
        public const int Input2 = Record.Fields + 1;

        /// <summary>Field: lengths of the five dimensions, the slowest first.</summary>
        public const int Lengths = Record.Fields + 2;

        /// <summary>Field: strides of the first operand, zero or more.</summary>
        public const int Strides1 = Lengths + Dimensions;

        /// <summary>Field: strides of the second operand, zero or more.</summary>
        public const int Strides2 = Strides1 + Dimensions;

        /// <summary>First word of the kernel's own fields.</summary>
        public const int Fields = Strides2 + Dimensions;

        /// <summary>Dimensions that make up a unit.</summary>
        private const int UnitDimensions = 2;

        private const int Limit = 1 << 24;

        /// <summary>Demands that the walk stays inside the operands and declares them and the output, all of one type.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="type">Element type.</param>
        /// <exception cref="BlobException">A field is wrong.</exception>
        public static void Verify(Verifier verifier, TensorType type)
        {
            Verify(verifier, type, type);
        }

        /// <summary>Demands that the walk stays inside the operands and declares them and the output.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="type">Element type of the operands.</param>
        /// <param name="output">Element type of the output, which takes an operand's place only where it is the same.</param>
        /// <exception cref="BlobException">A field is wrong.</exception>
        public static void Verify(Verifier verifier, TensorType type, TensorType output)
        {
            int units = 1;
            int count = 1;
            for (int d = 0; d < Dimensions; d++)
            {
                count = verifier.Product(count, verifier.Range(Lengths + d, "length", 1, Limit));
                if (d < Dimensions - UnitDimensions) units = count;
            }

            verifier.Units(units, count);
            verifier.Read(Input1, "first input", type, Extent(verifier, Strides1));
            verifier.Read(Input2, "second input", type, Extent(verifier, Strides2));
            verifier.WriteInPlaceOfEither(
                output,
                count,
                output == type && IsDense(verifier, Strides1) ? Input1 : Record.None,
                output == type && IsDense(verifier, Strides2) ? Input2 : Record.None);
        }

        /// <summary>The element of an operand at which a unit begins.</summary>
        /// <param name="words">The model's words.</param>
        /// <param name="record">Position of the record.</param>
        /// <param name="strides"><see cref="Strides1"/> or <see cref="Strides2"/>.</param>
        /// <param name="unit">Index of the unit.</param>
        /// <returns>Its distance from the operand's first element.</returns>
        public static int Start(int[] words, int record, int strides, int unit)
        {
            int length1 = words[record + Lengths + 1];
            int length2 = words[record + Lengths + 2];
            int outer = unit / length2;
            return (outer / length1 * words[record + strides])
                + (outer % length1 * words[record + strides + 1])
                + (unit % length2 * words[record + strides + 2]);
        }

        /// <summary>Demands an operand's strides.</summary>
        /// <param name="verifier">Reads the record.</param>
        /// <param name="strides">First of its five strides.</param>
        /// <returns>One more than the last element that is read.</returns>
        /// <exception cref="BlobException">A stride is wrong.</exception>
        public static int Extent(Verifier verifier, int strides)
        {
            long last = 0;
            for (int d = 0; d < Dimensions; d++)
            {
                last += (long)(verifier.Word(Lengths + d) - 1) * verifier.Range(strides + d, "stride", 0, Limit);
            }

            if (last >= 1 << 30) verifier.Fail("stride", strides, "the operand ends behind every possible tensor");
            return (int)last + 1;
        }

        /// <summary>True where an operand's elements stand in the output's order, so that each is read before its place is written.</summary>
        private static bool IsDense(Verifier verifier, int strides)
        {
            int step = 1;
            for (int d = Dimensions - 1; d >= 0; d--)
            {
                int length = verifier.Word(Lengths + d);
                if (length > 1 && verifier.Word(strides + d) != step) return false;
                step *= length;
            }

            return true;
        }
    }
}
