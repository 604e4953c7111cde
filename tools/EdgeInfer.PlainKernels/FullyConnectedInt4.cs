using Layout = EdgeInfer.Kernels.FullyConnectedInt4;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Matrix times vector with 4-bit weights, which are unpacked first.</summary>
    public sealed class FullyConnectedInt4 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int filters = words[record + Layout.OutputChannels];
            int taps = words[record + Layout.Depth];
            FullyConnected.Compute(model, arena, record, PlainPort.Unpack(words[record + Layout.Weights], filters, taps), 0, 0);
        }
    }
}
