using System;

namespace EdgeInfer
{
    /// <summary>
    /// A blob was refused before anything of it ran. The message says what is wrong, where, and what was expected.
    /// </summary>
    public sealed class BlobException : Exception
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="reason">What is wrong, as a sentence without its full stop.</param>
        /// <param name="operatorName">Operator in which the fault lies, such as <c>operator 3 (Conv2D)</c>, or the section.</param>
        /// <param name="field">Name of the field.</param>
        /// <param name="position">Byte position in the blob.</param>
        public BlobException(string reason, string operatorName, string field, int position)
            : base(operatorName + ", " + field + " at byte " + position.ToString() + ": " + reason + ".")
        {
            Operator = operatorName;
            Field = field;
            Position = position;
        }

        /// <summary>Operator or section in which the fault lies.</summary>
        public string Operator { get; }

        /// <summary>Name of the field that is wrong.</summary>
        public string Field { get; }

        /// <summary>Byte position of the field in the blob.</summary>
        public int Position { get; }
    }
}
