using Layout = EdgeInfer.Kernels.Lookup;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Any function of one 8-bit number, by table.</summary>
    public sealed class Lookup : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            sbyte[] x = arena.Int8;
            sbyte[] table = PlainPort.Constants;
            int zero = words[record + Layout.Table] + 128;
            int input = words[words[record + Layout.Input] + BlobFormat.TensorOffset];
            int output = words[words[record + Record.Output] + BlobFormat.TensorOffset];
            int count = words[record + Layout.Count];
            for (int i = 0; i < count; i++) x[output + i] = table[zero + x[input + i]];
        }
    }
}
