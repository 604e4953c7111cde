namespace EdgeInfer
{
    /// <summary>
    /// The words that open every operator record. What follows them is the kernel's own; each kernel
    /// names its fields from <see cref="Fields"/> on. An operand is the position of a tensor entry in the words section.
    /// </summary>
    public static class Record
    {
        /// <summary>An <see cref="OperatorCode"/>.</summary>
        public const int Code = 0;

        /// <summary>Length of the record in words, these five included.</summary>
        public const int Length = 1;

        /// <summary>Number of slices in which the kernel can be run, one after the other; at least one.</summary>
        public const int Units = 2;

        /// <summary>Cost of one unit in multiply-accumulates or elements moved, whichever is more; at least one.</summary>
        public const int Work = 3;

        /// <summary>The tensor that the operator writes: position of its entry in the words section; <see cref="None"/> for one that writes no tensor.</summary>
        public const int Output = 4;

        /// <summary>First word of the kernel's own fields.</summary>
        public const int Fields = 5;

        /// <summary>Value of an operand that is absent.</summary>
        public const int None = -1;

        /// <summary>What <see cref="Work"/> holds.</summary>
        /// <param name="units">Number of units.</param>
        /// <param name="work">Multiply-accumulates or elements moved by the whole record.</param>
        /// <returns>The share of one unit, rounded up, at least one.</returns>
        public static int WorkOfUnit(int units, long work)
        {
            long each = (work + units - 1) / units;
            return each < 1 ? 1 : each > int.MaxValue ? int.MaxValue : (int)each;
        }
    }
}
