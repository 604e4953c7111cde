using System;
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
        internal const int Count = (int)OperatorCode.LoadWeights + 1;

        private static readonly Kernel[] Registered = new Kernel[Count];

        /// <summary>
        /// Replaces the kernel that carries an operator out, for every model that is loaded from now on. Records are still
        /// proven by the managed kernel, so the other one must need no more than that proof gives.
        /// </summary>
        /// <param name="code">The operator.</param>
        /// <param name="kernel">The kernel, or null for the managed one.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such operator.</exception>
        public static void Register(OperatorCode code, Kernel kernel)
        {
            if (!Contains((int)code)) throw new ArgumentOutOfRangeException(nameof(code));
            Registered[(int)code] = kernel;
        }

        /// <summary>The managed kernel of an operator, to which one that replaces it can turn for records that it does not run.</summary>
        /// <param name="code">The operator.</param>
        /// <returns>A new kernel.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such operator.</exception>
        public static Kernel Managed(OperatorCode code)
        {
            if (!Contains((int)code)) throw new ArgumentOutOfRangeException(nameof(code));
            return CreateManaged((int)code);
        }

        /// <summary>Tells whether an operator code is known.</summary>
        internal static bool Contains(int code)
        {
            return code > 0 && code < Count;
        }

        /// <summary>The kernel that carries an operator out.</summary>
        internal static Kernel Find(int code)
        {
            return Registered[code] ?? CreateManaged(code);
        }

        /// <summary>The managed kernel of an operator.</summary>
        internal static Kernel CreateManaged(int code)
        {
            switch ((OperatorCode)code)
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
                case OperatorCode.PackWeights: return new PackWeights();
                case OperatorCode.Compiled: return new Compiled();
                case OperatorCode.LoadWeights: return new LoadWeights();
                default: return null;
            }
        }
    }
}
