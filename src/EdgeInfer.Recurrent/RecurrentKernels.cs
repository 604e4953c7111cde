using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>The recurrent operators: <see cref="Svdf"/> and <see cref="UnidirectionalSequenceLstm"/>.</summary>
    public static class RecurrentKernels
    {
        /// <summary>Adds the operators, for every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.Svdf, new Svdf());
            KernelCatalog.Add(OperatorCode.UnidirectionalSequenceLstm, new UnidirectionalSequenceLstm());
        }
    }
}
