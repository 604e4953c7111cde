using Layout = EdgeInfer.Kernels.Conv2DInt4;

namespace EdgeInfer.PlainKernels
{
    /// <summary>Two-dimensional convolution with 4-bit weights, which are unpacked first.</summary>
    public sealed class Conv2DInt4 : PlainKernel
    {
        /// <inheritdoc/>
        protected override void Compute(Model model, Arena arena, int record)
        {
            int[] words = model.Words;
            int filters = words[record + Layout.OutputChannels];
            int taps = words[record + Layout.FilterHeight] * words[record + Layout.FilterWidth] * (words[record + Layout.InputChannels] / words[record + Layout.Groups]);
            Conv2D.Compute(model, arena, record, PlainPort.Unpack(words[record + Layout.Weights], filters, taps), 0);
        }
    }
}
