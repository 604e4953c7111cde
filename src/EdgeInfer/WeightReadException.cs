using System;

namespace EdgeInfer
{
    /// <summary>
    /// Weights could not be read while a model was running: the file is gone, the card was taken out. The inference may be
    /// continued by calling the interpreter again, once they can be read.
    /// </summary>
    public sealed class WeightReadException : Exception
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="position">Byte position in the blob.</param>
        /// <param name="count">Bytes that should have been read.</param>
        /// <param name="cause">What the source of the blob reported.</param>
        public WeightReadException(int position, int count, Exception cause)
            : base(count.ToString() + " bytes of weights from byte " + position.ToString() + " of the blob on could not be read: " + cause.Message, cause)
        {
            Position = position;
        }

        /// <summary>Byte position in the blob.</summary>
        public int Position { get; }
    }
}
