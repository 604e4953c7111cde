using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>
    /// The kernels that interpreters use. An optional assembly with accelerated kernels registers them here
    /// before a model is loaded; without one the managed kernels run.
    /// </summary>
    public static class KernelCatalog
    {
        /// <summary>Number of entries: one more than the largest <see cref="OperatorCode"/>.</summary>
        internal const int Count = (int)OperatorCode.UnidirectionalSequenceLstm + 1;

        private static readonly Kernel[] Registered = new Kernel[Count];

        /// <summary>Replaces the kernel of an operator for every model that is loaded from now on.</summary>
        /// <param name="code">The operator.</param>
        /// <param name="kernel">The kernel, or null for the managed one.</param>
        public static void Register(OperatorCode code, Kernel kernel)
        {
            Registered[(int)code] = kernel;
        }

        /// <summary>Finds the kernel of an operator; null where the code is unknown.</summary>
        internal static Kernel Find(int code)
        {
            if (code < 0 || code >= Count) return null;
            return Registered[code] ?? Create((OperatorCode)code);
        }

        private static Kernel Create(OperatorCode code)
        {
            switch (code)
            {
                case OperatorCode.Fill: return new Fill();
                case OperatorCode.LoadConstant: return new LoadConstant();
                case OperatorCode.Copy: return new Copy();
                case OperatorCode.Conv2D: return new Conv2D();
                case OperatorCode.DepthwiseConv2D: return new DepthwiseConv2D();
                case OperatorCode.FullyConnected: return new FullyConnected();
                case OperatorCode.AveragePool2D: return new AveragePool2D();
                case OperatorCode.MaxPool2D: return new MaxPool2D();
                case OperatorCode.Softmax: return new Softmax();
                case OperatorCode.Lookup: return new Lookup();
                case OperatorCode.Add: return new Add();
                case OperatorCode.Mul: return new Mul();
                case OperatorCode.Mean: return new Mean();
                case OperatorCode.Requantize: return new Requantize();
                case OperatorCode.Quantize: return new Quantize();
                case OperatorCode.Dequantize: return new Dequantize();
                case OperatorCode.Svdf: return new Svdf();
                case OperatorCode.UnidirectionalSequenceLstm: return new UnidirectionalSequenceLstm();
                default: return null;
            }
        }
    }
}
