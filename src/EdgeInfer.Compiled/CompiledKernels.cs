using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>The operator that runs the generated layers of a compiled model.</summary>
    public static class CompiledKernels
    {
        /// <summary>Adds the operator, for every model that is loaded from now on. The class that <c>edgeinfer compile</c> generates calls it.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.Compiled, new Compiled());
        }
    }
}
