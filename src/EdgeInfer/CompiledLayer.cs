namespace EdgeInfer
{
    /// <summary>
    /// A matrix product whose weights are constants in code: what <c>edgeinfer compile</c> generates for a convolution or a
    /// fully connected layer. It computes all output channels of one position; the operator <see cref="OperatorCode.Compiled"/>
    /// brings the taps of the position together and proves that they and the outputs lie within their tensors.
    /// </summary>
    public abstract class CompiledLayer
    {
        /// <summary>Elements from the first tap of a position to the last, what lies between them included: what <see cref="Run"/> reads of.</summary>
        public abstract int Extent { get; }

        /// <summary>Outputs of a position: how many elements <see cref="Run"/> writes.</summary>
        public abstract int Channels { get; }

        /// <summary>CRC-32 of rows and columns of the filter, input channels, pixels from one row of taps to the next and from one tap to the next: where <see cref="Run"/> finds the taps.</summary>
        public abstract int Geometry { get; }

        /// <summary>CRC-32 of everything that the code was generated from; a record names the one that it was made for.</summary>
        public abstract int Checksum { get; }

        /// <summary>Computes one position. Taps and outputs lie apart.</summary>
        /// <param name="data">Holds taps and outputs.</param>
        /// <param name="input">The first tap.</param>
        /// <param name="output">The first output.</param>
        public abstract void Run(sbyte[] data, int input, int output);
    }
}
