namespace EdgeInfer
{
    /// <summary>
    /// Which device library carries an operator out. An operator that not every model needs is in an optional library; an
    /// application refers to it, and calls its <c>Register</c> before it loads a model, only where its model needs it.
    /// </summary>
    /// <remarks>The kernel of a code has its name, in the library that is named here and in the namespace EdgeInfer.Kernels; a test holds them together.</remarks>
    public static class OperatorLibrary
    {
        /// <summary>The library that is always there.</summary>
        public const string Core = "EdgeInfer";

        private const string Axis = "EdgeInfer.Axis";
        private const string Elementwise = "EdgeInfer.Elementwise";
        private const string Int16 = "EdgeInfer.Int16";
        private const string Recurrent = "EdgeInfer.Recurrent";
        private const string FourBit = "EdgeInfer.FourBit";
        private const string Compiled = "EdgeInfer.Compiled";

        /// <summary>The library with an operator's kernel.</summary>
        /// <param name="code">The operator.</param>
        /// <returns>Name of the assembly and of its package.</returns>
        public static string Of(OperatorCode code)
        {
            switch (code)
            {
                case OperatorCode.Svdf:
                case OperatorCode.UnidirectionalSequenceLstm:
                    return Recurrent;
                case OperatorCode.Compiled:
                    return Compiled;
                case OperatorCode.Conv2DInt4:
                case OperatorCode.FullyConnectedInt4:
                    return FourBit;
                case OperatorCode.Pairwise:
                case OperatorCode.Select:
                case OperatorCode.Div:
                case OperatorCode.PairwiseInt32:
                    return Elementwise;
                case OperatorCode.Conv2DInt16:
                case OperatorCode.Pool2DInt16:
                case OperatorCode.PairwiseInt16:
                case OperatorCode.InterpolateInt16:
                case OperatorCode.SoftmaxInt16:
                case OperatorCode.MeanInt16:
                case OperatorCode.UnidirectionalSequenceLstmInt16:
                case OperatorCode.BatchMatMulInt16:
                    return Int16;
                case OperatorCode.ArgMax:
                case OperatorCode.ResizeBilinear:
                case OperatorCode.L2Normalization:
                case OperatorCode.LogSoftmax:
                case OperatorCode.BatchMatMul:
                case OperatorCode.GatherRows:
                case OperatorCode.AddN:
                case OperatorCode.CumulativeSum:
                    return Axis;
                default:
                    return Core;
            }
        }

        /// <summary>The call by which an application makes the operators of a library known.</summary>
        /// <param name="library">Name of an optional library.</param>
        /// <returns>A statement without its semicolon, such as <c>RecurrentKernels.Register()</c>.</returns>
        public static string Registration(string library)
        {
            string family = library.Substring(Core.Length + 1);
            return family + "Kernels.Register()";
        }

        /// <summary>What is to be done about a record whose operator nobody carries out.</summary>
        internal static string Missing(OperatorCode code)
        {
            string library = Of(code);
            return NameOf(code) + " is an operator of the library " + library + ": refer to it, and call " + Registration(library) + " before the model is loaded";
        }

        /// <summary>Names of optional operators; on the device an enumeration does not know the names of its values.</summary>
        private static string NameOf(OperatorCode code)
        {
            switch (code)
            {
                case OperatorCode.Svdf: return nameof(OperatorCode.Svdf);
                case OperatorCode.UnidirectionalSequenceLstm: return nameof(OperatorCode.UnidirectionalSequenceLstm);
                case OperatorCode.Compiled: return nameof(OperatorCode.Compiled);
                case OperatorCode.Conv2DInt4: return nameof(OperatorCode.Conv2DInt4);
                case OperatorCode.FullyConnectedInt4: return nameof(OperatorCode.FullyConnectedInt4);
                case OperatorCode.Pairwise: return nameof(OperatorCode.Pairwise);
                case OperatorCode.Select: return nameof(OperatorCode.Select);
                case OperatorCode.Conv2DInt16: return nameof(OperatorCode.Conv2DInt16);
                case OperatorCode.Pool2DInt16: return nameof(OperatorCode.Pool2DInt16);
                case OperatorCode.ArgMax: return nameof(OperatorCode.ArgMax);
                case OperatorCode.ResizeBilinear: return nameof(OperatorCode.ResizeBilinear);
                case OperatorCode.L2Normalization: return nameof(OperatorCode.L2Normalization);
                case OperatorCode.LogSoftmax: return nameof(OperatorCode.LogSoftmax);
                case OperatorCode.BatchMatMul: return nameof(OperatorCode.BatchMatMul);
                case OperatorCode.PairwiseInt16: return nameof(OperatorCode.PairwiseInt16);
                case OperatorCode.InterpolateInt16: return nameof(OperatorCode.InterpolateInt16);
                case OperatorCode.SoftmaxInt16: return nameof(OperatorCode.SoftmaxInt16);
                case OperatorCode.MeanInt16: return nameof(OperatorCode.MeanInt16);
                case OperatorCode.UnidirectionalSequenceLstmInt16: return nameof(OperatorCode.UnidirectionalSequenceLstmInt16);
                case OperatorCode.BatchMatMulInt16: return nameof(OperatorCode.BatchMatMulInt16);
                case OperatorCode.GatherRows: return nameof(OperatorCode.GatherRows);
                case OperatorCode.Div: return nameof(OperatorCode.Div);
                case OperatorCode.AddN: return nameof(OperatorCode.AddN);
                case OperatorCode.CumulativeSum: return nameof(OperatorCode.CumulativeSum);
                case OperatorCode.PairwiseInt32: return nameof(OperatorCode.PairwiseInt32);
                default: return string.Empty;
            }
        }
    }
}
