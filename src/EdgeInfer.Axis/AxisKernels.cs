using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>Operators that go along dimensions of a tensor: products of matrices, indexes of extremes, normalization, interpolation.</summary>
    public static class AxisKernels
    {
        /// <summary>Adds the operators, for every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.ArgMax, new ArgMax());
            KernelCatalog.Add(OperatorCode.ResizeBilinear, new ResizeBilinear());
            KernelCatalog.Add(OperatorCode.L2Normalization, new L2Normalization());
            KernelCatalog.Add(OperatorCode.LogSoftmax, new LogSoftmax());
            KernelCatalog.Add(OperatorCode.BatchMatMul, new BatchMatMul());
            KernelCatalog.Add(OperatorCode.GatherRows, new GatherRows());
            KernelCatalog.Add(OperatorCode.AddN, new AddN());
            KernelCatalog.Add(OperatorCode.CumulativeSum, new CumulativeSum());
        }
    }
}
