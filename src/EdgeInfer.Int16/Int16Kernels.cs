using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>
    /// Operators on 16-bit activations: <see cref="Conv2DInt16"/>, <see cref="Pool2DInt16"/>, <see cref="PairwiseInt16"/>,
    /// <see cref="InterpolateInt16"/>, <see cref="SoftmaxInt16"/>, <see cref="MeanInt16"/>, <see cref="UnidirectionalSequenceLstmInt16"/> and
    /// <see cref="BatchMatMulInt16"/>.
    /// </summary>
    public static class Int16Kernels
    {
        /// <summary>Adds the operators, for every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.Conv2DInt16, new Conv2DInt16());
            KernelCatalog.Add(OperatorCode.Pool2DInt16, new Pool2DInt16());
            KernelCatalog.Add(OperatorCode.PairwiseInt16, new PairwiseInt16());
            KernelCatalog.Add(OperatorCode.InterpolateInt16, new InterpolateInt16());
            KernelCatalog.Add(OperatorCode.SoftmaxInt16, new SoftmaxInt16());
            KernelCatalog.Add(OperatorCode.MeanInt16, new MeanInt16());
            KernelCatalog.Add(OperatorCode.UnidirectionalSequenceLstmInt16, new UnidirectionalSequenceLstmInt16());
            KernelCatalog.Add(OperatorCode.BatchMatMulInt16, new BatchMatMulInt16());
        }
    }
}
