using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>Operators on 16-bit activations: <see cref="Conv2DInt16"/> and <see cref="Pool2DInt16"/>.</summary>
    public static class Int16Kernels
    {
        /// <summary>Adds the operators, for every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.Conv2DInt16, new Conv2DInt16());
            KernelCatalog.Add(OperatorCode.Pool2DInt16, new Pool2DInt16());
        }
    }
}
