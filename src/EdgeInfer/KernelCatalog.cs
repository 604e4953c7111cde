using System;
using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>
    /// The kernels that models use. The core has those that nearly every model needs. An optional library adds the operators that
    /// it carries out (<see cref="Add"/>); one with accelerated kernels puts them in the place of managed ones
    /// (<see cref="Replace"/>). Both happen before a model is loaded, in any order.
    /// </summary>
    public static class KernelCatalog
    {
        /// <summary>One more than the largest <see cref="OperatorCode"/>; the codes have no gaps.</summary>
        public const int Count = (int)OperatorCode.PairwiseInt32 + 1;

        /// <summary>The core's own from their first use on; those of an optional library once it has added them.</summary>
        private static readonly Kernel[] ManagedKernels = new Kernel[Count];
        private static readonly Kernel[] Replacements = new Kernel[Count];

        /// <summary>
        /// Adds the kernel of an operator that the core does not have, for every model that is loaded from now on. It proves
        /// the operator's records and runs them. Optional libraries call it; see <see cref="OperatorLibrary"/>.
        /// </summary>
        /// <param name="code">The operator.</param>
        /// <param name="kernel">Its managed kernel; added again it replaces itself.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such operator.</exception>
        /// <exception cref="ArgumentNullException"><paramref name="kernel"/> is null.</exception>
        /// <exception cref="ArgumentException">The operator is one of the core's own.</exception>
        public static void Add(OperatorCode code, Kernel kernel)
        {
            Demand(code);
            if (kernel == null) throw new ArgumentNullException(nameof(kernel));
            if (OperatorLibrary.Of(code) == OperatorLibrary.Core) throw new ArgumentException("The core carries this operator out; Replace takes another kernel for it.");
            ManagedKernels[(int)code] = kernel;
        }

        /// <summary>
        /// Replaces the kernel that runs an operator, for every model that is loaded from now on. Records are still proven by
        /// the managed kernel, so the other one must need no more than that proof gives.
        /// </summary>
        /// <param name="code">The operator.</param>
        /// <param name="kernel">The kernel, or null for the managed one.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such operator.</exception>
        public static void Replace(OperatorCode code, Kernel kernel)
        {
            Demand(code);
            Replacements[(int)code] = kernel;
        }

        /// <summary>The managed kernel of an operator, to which one that replaces it can turn for records that it does not run.</summary>
        /// <param name="code">The operator.</param>
        /// <returns>The kernel.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such operator.</exception>
        /// <exception cref="InvalidOperationException">The operator's library is not registered.</exception>
        public static Kernel Managed(OperatorCode code)
        {
            Demand(code);
            return FindManaged((int)code) ?? throw new InvalidOperationException(OperatorLibrary.Missing(code));
        }

        /// <summary>Tells whether an operator code is known.</summary>
        internal static bool Contains(int code)
        {
            return code > 0 && code < Count;
        }

        /// <summary>The kernel that runs an operator.</summary>
        internal static Kernel Find(int code)
        {
            return Replacements[code] ?? FindManaged(code);
        }

        /// <summary>The managed kernel of an operator; null where its library was not registered.</summary>
        internal static Kernel FindManaged(int code)
        {
            Kernel kernel = ManagedKernels[code];
            if (kernel == null)
            {
                kernel = Create((OperatorCode)code);
                ManagedKernels[code] = kernel;
            }

            return kernel;
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
                case OperatorCode.PackWeights: return new PackWeights();
                case OperatorCode.LoadWeights: return new LoadWeights();
                case OperatorCode.LoadTables: return new LoadTables();
                case OperatorCode.SparseFullyConnected: return new SparseFullyConnected();
                default: return null;
            }
        }

        private static void Demand(OperatorCode code)
        {
            if (!Contains((int)code)) throw new ArgumentOutOfRangeException(nameof(code));
        }
    }
}
