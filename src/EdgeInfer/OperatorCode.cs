namespace EdgeInfer
{
    /// <summary>
    /// What a record of the blob asks for. The number is part of the format and never reused;
    /// the kernel of the same name carries it out.
    /// </summary>
    public enum OperatorCode
    {
        /// <summary>Writes one value to a whole tensor.</summary>
        Fill = 1,

        /// <summary>Writes a constant to a whole tensor.</summary>
        LoadConstant = 2,

        /// <summary>Moves a strided box of up to five dimensions; all data movement of a graph becomes this.</summary>
        Copy = 3,

        /// <summary>Two-dimensional convolution.</summary>
        Conv2D = 4,

        /// <summary>Two-dimensional convolution, one filter a channel.</summary>
        DepthwiseConv2D = 5,

        /// <summary>Matrix times vector.</summary>
        FullyConnected = 6,

        /// <summary>Average over a window.</summary>
        AveragePool2D = 7,

        /// <summary>Maximum over a window.</summary>
        MaxPool2D = 8,

        /// <summary>Normalised exponential over the last dimension.</summary>
        Softmax = 9,

        /// <summary>Any function of one 8-bit value, by table.</summary>
        Lookup = 10,

        /// <summary>Sum or difference of two tensors.</summary>
        Add = 11,

        /// <summary>Product of two tensors.</summary>
        Mul = 12,

        /// <summary>Mean over a set of dimensions.</summary>
        Mean = 13,

        /// <summary>Integer to integer, another scale or zero point.</summary>
        Requantize = 14,

        /// <summary>Float to integer, at the edge of a graph.</summary>
        Quantize = 15,

        /// <summary>Integer to float, at the edge of a graph.</summary>
        Dequantize = 16,

        /// <summary>Singular value decomposition filter, with its memory.</summary>
        Svdf = 17,

        /// <summary>Long short-term memory over a whole sequence.</summary>
        UnidirectionalSequenceLstm = 18,

        /// <summary>Packs weights into tiles at reset.</summary>
        PackWeights = 19,

        /// <summary>Convolution or matrix product whose weights are constants of generated code.</summary>
        Compiled = 20,

        /// <summary>Reads 8-bit constants from the blob's source into the weight buffer.</summary>
        LoadWeights = 21,

        /// <summary>Reads tables into their buffer.</summary>
        LoadTables = 22,

        /// <summary>Two-dimensional convolution with 4-bit weights.</summary>
        Conv2DInt4 = 23,

        /// <summary>Matrix times vector with 4-bit weights.</summary>
        FullyConnectedInt4 = 24,

        /// <summary>Larger, smaller, order, squared difference or PReLU of two tensors.</summary>
        Pairwise = 25,

        /// <summary>One of two tensors' elements, as a third tells.</summary>
        Select = 26,

        /// <summary>Convolution, depthwise convolution or matrix product of 16-bit activations with 8-bit weights.</summary>
        Conv2DInt16 = 27,

        /// <summary>Average or maximum over a window of 16-bit activations.</summary>
        Pool2DInt16 = 28,

        /// <summary>Matrix times vector, of whose weights only blocks that are not all zero are stored.</summary>
        SparseFullyConnected = 29,

        /// <summary>Index of the largest or smallest element along a dimension.</summary>
        ArgMax = 30,

        /// <summary>An image of another size, interpolated between its pixels.</summary>
        ResizeBilinear = 31,

        /// <summary>Every vector divided by its length.</summary>
        L2Normalization = 32,

        /// <summary>Logarithm of the normalised exponential over the last dimension.</summary>
        LogSoftmax = 33,

        /// <summary>Products of two computed matrices.</summary>
        BatchMatMul = 34,

        /// <summary>Sum, difference, product, larger, smaller, squared difference or rectifier with slopes of two 16-bit tensors.</summary>
        PairwiseInt16 = 35,

        /// <summary>Function of one 16-bit number, interpolated in a table.</summary>
        InterpolateInt16 = 36,

        /// <summary>Normalised exponential of 16-bit numbers.</summary>
        SoftmaxInt16 = 37,

        /// <summary>Mean or sum of 16-bit numbers over a set of dimensions.</summary>
        MeanInt16 = 38,

        /// <summary>Long short-term memory over a whole sequence of 16-bit vectors.</summary>
        UnidirectionalSequenceLstmInt16 = 39,

        /// <summary>Products of two computed matrices of 16 bits.</summary>
        BatchMatMulInt16 = 40,

        /// <summary>Slices of a tensor that computed indexes ask for.</summary>
        GatherRows = 41,

        /// <summary>Quotient of two tensors.</summary>
        Div = 42,

        /// <summary>Sum of several tensors.</summary>
        AddN = 43,

        /// <summary>Sums of the elements up to each one along a dimension.</summary>
        CumulativeSum = 44,

        /// <summary>Functions of two tensors of 32-bit integers that stand for themselves.</summary>
        PairwiseInt32 = 45,
    }
}
