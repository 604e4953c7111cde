using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>The operators with 4-bit weights: <see cref="Conv2DInt4"/> and <see cref="FullyConnectedInt4"/>.</summary>
    public static class FourBitKernels
    {
        /// <summary>Adds the operators, for every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.Conv2DInt4, new Conv2DInt4());
            KernelCatalog.Add(OperatorCode.FullyConnectedInt4, new FullyConnectedInt4());
        }
    }
}
