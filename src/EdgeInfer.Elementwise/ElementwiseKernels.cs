using EdgeInfer.Kernels;

namespace EdgeInfer
{
    /// <summary>Operators on two or three tensors, element by element: <see cref="Pairwise"/>, <see cref="PairwiseInt32"/>, <see cref="Select"/> and <see cref="Div"/>.</summary>
    public static class ElementwiseKernels
    {
        /// <summary>Adds the operators, for every model that is loaded from now on.</summary>
        public static void Register()
        {
            KernelCatalog.Add(OperatorCode.Pairwise, new Pairwise());
            KernelCatalog.Add(OperatorCode.Select, new Select());
            KernelCatalog.Add(OperatorCode.Div, new Div());
            KernelCatalog.Add(OperatorCode.PairwiseInt32, new PairwiseInt32());
        }
    }
}
